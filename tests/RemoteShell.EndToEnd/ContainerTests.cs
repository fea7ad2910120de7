using System.Diagnostics;

namespace RemoteShell.EndToEnd;

/// <summary>The server as the first process of a container, which gets all orphans.</summary>
public class ContainerTests
{
    // Prints the zombies: their parents, names and states.
    private const string Zombies = "cat /proc/[0-9]*/stat 2>/dev/null | grep ') Z ' || true";

    [Theory]
    [InlineData("cliwrap")]
    [InlineData("posix_spawn")]
    public async Task Server_as_process_1_reaps_orphans_and_keeps_the_status_of_commands(string launcher)
    {
        await using Programs programs = await StartAsync("--launcher", launcher, "--drain-grace", "50ms");
        const string orphans = "(sleep 0.1) & (sleep 0.2) & setsid sh -c 'sleep 0.1 & exit 3' & (exec 2>&- >&-; sleep 0.3) & ";
        for (int i = 0; i < 5; i++)
        {
            Output[] outputs = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(n => programs.ClientAsync("run", programs.Host, $"{orphans} exit {n + 40}")));
            Assert.Equal(Enumerable.Range(40, 6), outputs.Select(output => output.Status));
        }

        string job = (await programs.ClientAsync("run", "--detach", programs.Host, $"{orphans} exit 9")).Text.Trim();
        Assert.Equal(9, (await programs.ClientAsync("wait", programs.Host, job)).Status);
        // The list holds the command that prints it, which has not ended.
        await Waiting.UntilAsync(
            async () => (await programs.ClientAsync("run", programs.Host, Zombies)).Text.Length == 0, "no zombie is left");
    }

    [Theory]
    [InlineData("cliwrap", "-tt")]
    [InlineData("posix_spawn", "--json")]
    public async Task Server_as_process_1_learns_how_short_commands_end(string launcher, string option)
    {
        await using Programs programs = await StartAsync("--launcher", launcher);
        for (int i = 0; i < 5; i++)
        {
            Output[] outputs = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(n => programs.ClientAsync("run", option, programs.Host, $"exit {n + 40}")));
            // The client's own failures have a status too.
            Assert.Equal("", string.Concat(outputs.Where(output => output.Status == 255).Select(output => output.Error + output.Text)));
            Assert.Equal(Enumerable.Range(40, 6), outputs.Select(output => output.Status));
        }
    }

    [Fact]
    public async Task Jobs_end_at_once_when_their_orphans_become_children_of_the_server()
    {
        // Longer than a test waits: zombies that counted as alive would take that long.
        await using Programs programs = await StartAsync("--kill-grace", "120s");
        Assert.Equal(124, (await programs.ClientAsync("run", "--timeout", "1s", programs.Host, "sleep 100 & sleep 200; echo x")).Status);
        string job = (await programs.ClientAsync("run", "--detach", programs.Host, "sleep 100; echo x")).Text.Trim();
        Assert.Equal(0, (await programs.ClientAsync("kill", programs.Host, job)).Status);
    }

    // The server is process 1 of a process namespace, as in a container.
    private static async Task<Programs> StartAsync(params string[] options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: process namespaces");
        Assert.SkipUnless(await CanUnshareAsync(), "needs root and unshare(1): process namespaces");
        Programs programs = await Programs.StartFromAsync("unshare", ["--pid", "--fork", "--mount-proc", "--kill-child"], options);
        // unshare(1) ignores TERM; the server is killed with it.
        programs.StopSignal = "KILL";
        return programs;
    }

    private static async Task<bool> CanUnshareAsync()
    {
        if (!File.Exists("/usr/bin/unshare"))
            return false;
        using var tried = Process.Start("/usr/bin/unshare", ["--pid", "--fork", "--mount-proc", "--kill-child", "true"]);
        await tried.WaitForExitAsync().Within();
        return tried.ExitCode == 0;
    }
}
