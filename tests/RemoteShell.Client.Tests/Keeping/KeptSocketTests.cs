using RemoteShell.Client.Keeping;

namespace RemoteShell.Client.Tests.Keeping;

/// <summary>A kept connection is found by programs with the same options, and by no others.</summary>
public class KeptSocketTests
{
    private static readonly ClientOptions Plain = new() { Host = new("host", 1), Folder = "/folder" };

    [Fact]
    public void Options_that_make_another_connection_have_another_socket()
    {
        ClientOptions[] different =
        [
            Plain,
            Plain with { Host = new("other", 1) },
            Plain with { Host = new("host", 2) },
            Plain with { User = "user" },
            Plain with { User = "" + "user2" },
            Plain with { IdentityPem = "key" },
            Plain with { IdentityPem = "other key" },
            Plain with { Folder = "/other" },
            Plain with { Trust = new() { Fingerprint = "SHA256:a" } },
            Plain with { Route = Route.Program("nc host 1") },
            Plain with { Route = Route.Program("nc host 2") },
            Plain with { Route = new JumpRoute(Plain) },
            Plain with { Route = new JumpRoute(Plain with { Host = new("jump", 1) }) },
            Plain with { Route = new JumpRoute(Plain with { User = "user" }) },
            Plain with { Route = new JumpRoute(Plain with { Route = new JumpRoute(Plain) }) },
            // The same letters in a row.
            Plain with { User = "ab", Folder = "c" },
            Plain with { User = "a", Folder = "bc" },
        ];
        Assert.Equal(different.Length, different.Select(Socket).Distinct().Count());
    }

    [Fact]
    public void Options_that_do_not_change_the_connection_have_the_same_socket()
    {
        ClientOptions[] same =
        [
            Plain with { GiveUp = TimeSpan.Zero },
            Plain with { ConnectTimeout = TimeSpan.FromSeconds(1) },
            Plain with { Lost = _ => { } },
            Plain with { Host = new("host", 1) },
            Plain with { Shared = new() { Socket = "s", Keeper = [] } },
        ];
        Assert.All(same, options => Assert.Equal(Socket(Plain), Socket(options)));
        Assert.Equal(Socket(Plain with { Route = new JumpRoute(Plain) }), Socket(Plain with { Route = new JumpRoute(Plain with { }) }));
    }

    [Fact]
    public void Key_file_that_was_replaced_has_another_socket()
    {
        using var folder = new TemporaryFolder();
        ClientOptions options = Plain with { Folder = folder.Path };
        string? none = Socket(options);
        File.WriteAllText(options.IdentityFile, "key");
        string? first = Socket(options);
        Assert.Equal(first, Socket(options));
        File.WriteAllText(options.IdentityFile, "another key");
        Assert.Equal(3, new[] { none, first, Socket(options) }.Distinct().Count());
    }

    [Fact]
    public void Path_that_is_too_long_for_a_socket_gives_none()
    {
        Assert.Equal(103, KeptSocket.In($"/{new string('x', 69)}", Plain)!.Length);
        Assert.Null(KeptSocket.In($"/{new string('x', 70)}", Plain));
        // Bytes, and not characters.
        Assert.Null(KeptSocket.In($"/{new string('é', 40)}", Plain));
    }

    private static string? Socket(ClientOptions options) => KeptSocket.In("/s", options);
}
