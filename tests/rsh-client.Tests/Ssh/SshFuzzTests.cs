using System.Diagnostics;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Ssh;
using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Tests.Ssh;

/// <summary>Random command lines are understood or refused, and take no time.</summary>
public sealed class SshFuzzTests
{
    private const string Letters = "1246AaBbCcDEeFfGgIiJKkLlMmNnOoPpQqRSsTtVvWwXxYyzZ-";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private static readonly string[] Values =
    [
        "", " ", "no", "yes", "none", "force", "any", "inet6", "0", "1", "22", "65535", "65536", "-1", "2147483647", "99999999999", "h",
        "me@h", "ssh://me@h:1/", "[::1]:22", "::1", "%h", "%%", "%", "\"", "'a b'", "\\", "a=b", "A=1 B=2", "*", "!*", "~/x", "/dev/null",
        "\0", "\n", "é", "8080:h:80", "[::]:1:h:2", "/a:/b", "accept-new", "$(x)", "-oPort=1", "--", "#", "=", ",", "a,b,,c", "1h", "1d",
    ];

    // A quoted piece of a line of settings.
    private static readonly string[] Separators = ["=", " ", " = ", "\t", "", "=\""];

    [Fact]
    public void Random_command_lines_are_understood_or_refused()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] keys = [.. SshSettings.Keys.Select(key => key.Name), "IgnoreUnknown", "Host", "Match", "Include", "Nonsense", ""];
        for (int round = 0; round < TestSize.Of(normal: 20_000, full: 1_000_000); round++)
        {
            string[] args = [.. Enumerable.Range(0, random.Next(8)).SelectMany(_ => Words(random, keys))];
            long started = Stopwatch.GetTimestamp();
            Exception? thrown = Record.Exception(() => Read(args));
            string what = $"seed {seed}, round {round}: {string.Join(" | ", args)}";
            Assert.True(thrown is null or FormatException or ConfigurationException, $"{what}\n{thrown}");
            Assert.True(Stopwatch.GetElapsedTime(started) < Longest, what);
        }
    }

    private static IEnumerable<string> Words(Random random, string[] keys)
    {
        string value = random.GetItems(Values, 1)[0];
        string letters = string.Concat(random.GetItems<char>(Letters, random.Next(1, 4)));
        string setting = random.GetItems(keys, 1)[0] + random.GetItems(Separators, 1)[0] + value;
        return random.Next(6) switch
        {
            0 => ["-" + letters],
            1 => ["-" + letters, value],
            2 => ["-" + letters + value],
            3 => ["-o", setting],
            4 => ["-o" + setting],
            _ => [value],
        };
    }

    // As the program does it, but for the connection itself.
    private static void Read(string[] args)
    {
        SshCommandLine line = SshArguments.Parse(args);
        if (line.Action is not (SshAction.Connect or SshAction.PrintSettings))
            return;
        line = line with { File = ClientConfiguration.NoFile };
        SshSettings settings = SshSettings.Of(line);
        _ = SshSettingsReport.Of(settings).ToArray();
        _ = SshEnvironment.Of(settings, "1");
        _ = SshRemoteCommand.Of(settings, line);
        if (settings.Find(ConfigurationKeys.IdentityFile) is null && settings.Find(ConfigurationKeys.ProxyJump) is null)
            _ = SshConnection.OptionsOf(settings, line, _ => { });
    }
}
