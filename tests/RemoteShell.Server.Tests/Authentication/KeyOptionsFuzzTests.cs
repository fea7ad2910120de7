using System.Text;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Authentication;

/// <summary>Random options: each line is read, or it is not valid. Nothing else is thrown, also when what is read decides.</summary>
public class KeyOptionsFuzzTests
{
    private static readonly string[] Pieces =
    [
        "command", "environment", "allow", "deny", "permitopen", "permitlisten", "root", "from", "expiry-time", "rate", "max-jobs",
        "restrict", "pty", "no-pty", "read-only", "verify-required", "=", "=\"", "\"", "\\\"", "\\", ",", " ", "\t", ":", "run:", "get:/",
        "files:/", "open:", "listen:", "calc", "shell", "*", "**", "/", "?", "[", "]", "[!a-", "'", "x", "10/min", "/s", "99999999999999",
        "-1", "\u00e9", "\ud83d\ude00", "\ud83d", "\0", "A=1", "::1", "[::1]:80", "*:*", "db:5432",
    ];

    private static readonly AskedRequest[] Asked =
    [
        new(KeyVerb.Run, "") { Argv = ["x", "", "\ud83d"] },
        new(KeyVerb.Shell, "") { HasTerminal = true, ChoosesSurroundings = true },
        new(KeyVerb.Get, "") { Path = "/", Scope = PathScope.Tree },
        new(KeyVerb.Put, "") { Path = "/x/\ud83d\ude00", Scope = PathScope.Children },
        new(KeyVerb.Get, "") { Path = new string('/', 50), Scope = PathScope.Names },
        new(KeyVerb.Open, "") { Host = "db", Port = 5432 },
        new(KeyVerb.Listen, "") { Socket = "/x" },
        new(KeyVerb.Accepted, ""),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_options_are_read_or_not_valid(int seed)
    {
        var random = new Random(seed);
        int runs = TestSize.IsFull ? 200_000 : 10_000;
        for (int i = 0; i < runs; i++)
        {
            var options = new StringBuilder();
            for (int piece = random.Next(12); piece >= 0; piece--)
                options.Append(Pieces[random.Next(Pieces.Length)]);
            Check(options.ToString());
        }
    }

    [Theory]
    [InlineData("allow=\"run:uptime\"")]
    [InlineData("restrict,command=\"x y\",no-pty")]
    [InlineData("deny=\"get:/etc/**\",allow=\"files:/**\"")]
    public void Line_that_lost_or_gained_a_character_does_not_permit_more_by_a_lost_option(string options)
    {
        for (int at = 0; at < options.Length; at++)
        {
            Check(options.Remove(at, 1));
            foreach (char added in "\"\\,= '*:")
                Check(options.Insert(at, added.ToString()));
        }
    }

    private static void Check(string options)
    {
        try
        {
            AuthorizedKey? key = AuthorizedKeys.ParseLine($"{options} {TestKeys.Make(1)} comment");
            if (key is null)
                return;
            // Options that were read are options of the key, and not a part of its comment.
            Assert.Equal("comment", key.Comment);
            var permission = new KeyPermission(key, new());
            foreach (AskedRequest asked in Asked)
                permission.Decide(asked);
        }
        catch (FormatException)
        {
            // The line is not valid.
        }
        catch (Exception e)
        {
            Assert.Fail($"{options}\n{e}");
        }
    }
}
