using RemoteShell.Protocol.Transport;
using RemoteShell.Server.HostKeys;

namespace RemoteShell.Server.Tests.HostKeys;

/// <summary>The host key of a running server, its next one, and their files.</summary>
public sealed class ServerHostKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SetClock _clock = new();
    private readonly CapturedLog _log = new();
    private readonly HostKeyFiles _files;
    private readonly CurrentOptions _options;

    public ServerHostKeysTests()
    {
        var options = new ServerOptions { Folder = _folder.Path };
        _files = new(options.HostKeyFile);
        _options = new(options);
    }

    [Fact]
    public void Next_key_is_announced_until_its_time_and_used_from_then_on()
    {
        using ServerHostKeys keys = Load();
        PublicKey first = Key(keys);
        Assert.Null(keys.Present.Announcement);
        NextHostKey planned = Plan(_clock.Now.AddDays(14));
        keys.Reload();
        Assert.Equal(planned.Identity.PublicKey.ToString(), keys.Present.Announcement!.Key);
        Assert.True(NextKeyProof.Verify(first, planned.Identity.PublicKey, keys.Present.Announcement.Signature.Span));
        _clock.Now += TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1);
        Assert.Equal(first, Key(keys));
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(planned.Identity.PublicKey, Key(keys));
        Assert.Null(keys.Present.Announcement);
        using ServerHostKeys again = Load();
        Assert.Equal(planned.Identity.PublicKey, Key(again));
        Assert.Equal(first, _files.ReadFormer());
        Assert.Equal(["host_key.pem", "host_key.pem-old"], Names());
    }

    [Fact]
    public void Key_whose_time_came_while_no_server_ran_is_used_at_the_start()
    {
        using (ServerHostKeys keys = Load())
            Assert.NotNull(keys.Present);
        NextHostKey planned = Plan(_clock.Now.AddDays(1));
        _clock.Now += TimeSpan.FromDays(2);
        using ServerHostKeys later = Load();
        Assert.Equal(planned.Identity.PublicKey, Key(later));
    }

    [Fact]
    public void Key_that_cannot_be_put_in_place_is_tried_again_later_and_none_is_lost()
    {
        using ServerHostKeys keys = Load();
        PublicKey first = Key(keys);
        NextHostKey planned = Plan(_clock.Now);
        Directory.CreateDirectory(_folder["host_key.pem-old"]);
        keys.Reload();
        for (int i = 0; i < 5; i++)
            Assert.Equal(first, Key(keys));
        Assert.Single(_log.Messages, line => line.Contains("the host key stays", StringComparison.Ordinal));
        Assert.Equal(["host_key.pem", "host_key.pem-next", "host_key.pem-old"], Names());
        Directory.Delete(_folder["host_key.pem-old"]);
        Assert.Equal(first, Key(keys));
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(planned.Identity.PublicKey, Key(keys));
    }

    [Fact]
    public void Crash_between_the_two_steps_of_a_replacement_is_repaired_at_the_start()
    {
        using (ServerHostKeys keys = Load())
            Assert.NotNull(keys.Present);
        NextHostKey planned = Plan(_clock.Now);
        File.Copy(_folder["host_key.pem"], _folder["host_key.pem-old"]);
        using ServerHostKeys later = Load();
        Assert.Equal(planned.Identity.PublicKey, Key(later));
    }

    [Theory]
    [InlineData("")]
    [InlineData("used from yesterday\n")]
    [InlineData("used from 2026-12-11T08:00:00Z\nrubbish\n")]
    public void Damaged_file_of_the_next_key_changes_nothing(string text)
    {
        using ServerHostKeys keys = Load();
        PublicKey first = Key(keys);
        PrivateFile.TryCreate(_files.Next, System.Text.Encoding.ASCII.GetBytes(text));
        keys.Reload();
        _clock.Now += TimeSpan.FromDays(10_000);
        Assert.Equal(first, Key(keys));
        Assert.Null(keys.Present.Announcement);
        Assert.Contains(_log.Messages, line => line.Contains("the next host key cannot be used", StringComparison.Ordinal));
        using ServerHostKeys again = Load();
        Assert.Equal(first, Key(again));
    }

    [Fact]
    public void Plan_for_another_time_keeps_its_key()
    {
        using ServerHostKeys keys = Load();
        PublicKey key = Plan(_clock.Now.AddDays(3)).Identity.PublicKey;
        keys.Reload();
        Plan(_clock.Now.AddDays(5));
        keys.Reload();
        Assert.Equal((key, _clock.Now.AddDays(5)), (keys.Present.Next!.Identity.PublicKey, keys.Present.Next.From));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_files.Next));
    }

    [Fact]
    public void Certificate_of_the_former_key_does_not_keep_the_server_from_starting()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string authority = SshKeygen.MakeKey(_folder, "ed25519"), file = _folder["cert.pub"];
        using (ServerHostKeys keys = Load())
            File.WriteAllText(file, Certify(authority, Key(keys)));
        _options.Replace(_options.Value with { HostCertificateFile = file });
        NextHostKey planned = Plan(_clock.Now.AddDays(1));
        using (ServerHostKeys keys = Load())
        {
            Identity before = keys.Present.Identity;
            keys.Reload();
            Assert.Same(before, keys.Present.Identity);
            _clock.Now += TimeSpan.FromDays(1);
            Assert.Equal(planned.Identity.PublicKey, Key(keys));
        }

        using ServerHostKeys again = Load();
        Assert.Equal(2, _log.Messages.Count(line => line.Contains("is of the former host key", StringComparison.Ordinal)));
        // The certificates of both keys may be there before.
        File.AppendAllText(file, Certify(authority, planned.Identity.PublicKey));
        Identity without = again.Present.Identity;
        again.Reload();
        Assert.NotSame(without, again.Present.Identity);
        Assert.Equal(planned.Identity.PublicKey, Key(again));
    }

    public void Dispose() => _folder.Dispose();

    private static PublicKey Key(ServerHostKeys keys) => keys.Present.Identity.PublicKey;

    private string Certify(string authority, PublicKey key)
    {
        string file = _folder[$"key-{Guid.NewGuid():N}"];
        File.WriteAllText($"{file}.pub", $"{key}\n");
        return SshKeygen.Certify(authority, file, "-h", "-I", "id", "-n", "web1") + "\n";
    }

    private NextHostKey Plan(DateTimeOffset from) => _files.PlanNext(from);

    private ServerHostKeys Load() => ServerHostKeys.Load(_options, _clock, _log.CreateLogger("test"));

    private string[] Names() =>
    [
        .. Directory.EnumerateFileSystemEntries(_folder.Path, "host_key*")
            .Select(Path.GetFileName)
            .OfType<string>()
            .Order(StringComparer.Ordinal),
    ];

    private sealed class SetClock : TimeProvider
    {
        // Files keep whole seconds.
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
