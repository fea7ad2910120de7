using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Launchers;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Tests.Processes;

public class ProcessGroupTests
{
    [Fact]
    public async Task Group_ends_by_TERM_and_processes_that_ignore_it_by_KILL()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: reads /proc");
        using var folder = new TemporaryFolder();
        ProcessRun run = new CliWrapLauncher().Start(
            new()
            {
                Program = "/bin/sh",
                Arguments = ["-c", $"(trap '' TERM; echo $$ > stubborn; while :; do sleep 0.05; done) & sleep 300 & echo $! > child; wait"],
                WorkingDirectory = folder.Path,
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
            },
            new() { Output = Ignore, Error = Ignore });
        int pid = await run.Group.Within();
        await Waiting.Until(AllRun, "both processes run");
        int child = int.Parse(File.ReadAllText(folder["child"]));

        await ProcessGroup.TerminateAsync(pid, TimeSpan.FromMilliseconds(300)).Within();
        Assert.Equal(15, (await run.Completion.Within()).Signal);
        await Waiting.Until(() => !ProcessGroup.Signal(pid, 0), "the group is empty");
        Assert.False(Directory.Exists($"/proc/{child}") && !File.ReadAllText($"/proc/{child}/stat").Contains(" Z "));

        bool AllRun()
            => File.Exists(folder["stubborn"]) && File.Exists(folder["child"]) && File.ReadAllText(folder["child"]).EndsWith('\n');
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Group_ids_below_2_are_rejected(int number)
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
