using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd;

/// <summary>Commands inherit no descriptor of the server, however it was started.</summary>
public class DescriptorTests
{
    private const string List = "ls -l /proc/self/fd";

    [Theory]
    [InlineData("cliwrap")]
    [InlineData("posix_spawn")]
    public async Task Commands_of_every_kind_have_no_descriptor_above_2(string launcher)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: reads /proc");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["secret"], "secret", TestContext.Current.CancellationToken);
        // A file, a lock and a pipe, as a script, flock(1) and a CI runner leave them; the last one is above what most programs use.
        const string script = "exec 7<\"$0/secret\" 9>\"$0/lock\" 250>&1; exec \"$@\"";
        await using Programs programs = await Programs.StartFromAsync("/bin/bash", ["-c", script, folder.Path], "--launcher", launcher);
        Assert.Contains("secret", Listing($"/proc/{programs.Server.Id}/fd"));

        AssertOnlyStandard((await programs.ClientAsync("run", programs.Host, List)).Text);
        AssertOnlyStandard((await programs.ClientAsync("run", programs.Host, "ls", "-l", "/proc/self/fd")).Text);
        AssertOnlyStandard((await programs.ClientWithInputAsync($"{List}\n", "connect", programs.Host)).Text);
        AssertOnlyStandard((await programs.ClientWithInputAsync("", "run", "-i", programs.Host, List)).Text);

        string job = (await programs.ClientAsync("run", "--detach", programs.Host, $"{List}; cat <&7; cat <&3")).Text.Trim();
        await programs.ClientAsync("wait", programs.Host, job);
        AssertOnlyStandard((await programs.ClientAsync("logs", "--stream", "stdout", programs.Host, job)).Text);

        await using TestTerminal terminal = programs.ClientOnTerminal("run", "-t", programs.Host, $"{List}; echo at the end");
        await terminal.SeesAsync("at the end");
        AssertOnlyStandard(System.Text.Encoding.UTF8.GetString(terminal.Shown));
    }

    private static string Listing(string folder)
        => string.Join('\n', Directory.GetFiles(folder).Select(path => new FileInfo(path).LinkTarget));

    // The last descriptor is that of ls(1), which reads the folder.
    private static void AssertOnlyStandard(string listing)
    {
        IEnumerable<string> numbers = Regex.Matches(listing, @" (\d+) -> (?!/proc/\d+/fd\b)").Select(match => match.Groups[1].Value);
        Assert.Equal(["0", "1", "2"], numbers);
    }
}
