using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Launchers;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Tests.Processes;

public class ProcessGroupTests
{
    [Fact]
    public async Task The_whole_group_ends_by_term_and_what_ignores_that_by_kill()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TemporaryFolder();
        // The files may be there before the group is known to be led.
        var leader = new TaskCompletionSource<int>();
        Task<ProcessExit> running = new CliWrapLauncher().RunAsync(
            new()
            {
                Program = "/bin/sh",
                Arguments = ["-c", $"(trap '' TERM; echo $$ > stubborn; while :; do sleep 0.05; done) & sleep 300 & echo $! > child; wait"],
                WorkingDirectory = folder.Path,
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
            },
            new() { Output = Ignore, Error = Ignore },
            new(leader.SetResult, () => { }));
        int pid = await leader.Task.Within();
        await Waiting.Until(() => File.Exists(folder["stubborn"]) && File.Exists(folder["child"]) && File.ReadAllText(folder["child"]).EndsWith('\n'), "all of it runs");
        int child = int.Parse(File.ReadAllText(folder["child"]));

        await ProcessGroup.TerminateAsync(pid, TimeSpan.FromMilliseconds(300)).Within();
        Assert.Equal(15, (await running.Within()).Signal);
        await Waiting.Until(() => !ProcessGroup.Signal(pid, 0), "nothing of the group is left");
        Assert.False(Directory.Exists($"/proc/{child}") && !File.ReadAllText($"/proc/{child}/stat").Contains(" Z "));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task No_number_reaches_the_servers_own_group_or_everybody(int number)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ProcessGroup.Signal(number, 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ProcessGroup.TerminateAsync(number, TimeSpan.Zero));
    }

    private static async Task Ignore(Stream pipe, CancellationToken gone)
    {
        try
        {
            await pipe.CopyToAsync(Stream.Null, gone);
        }
        catch (OperationCanceledException)
        {
            // The process is gone.
        }
    }
}
