using System.Text.Json;
using RemoteShell.Client;

namespace RemoteShell.EndToEnd.Survival;

public class DiskTests
{
    private const string CannotMount = "needs Linux and the right to mount a tmpfs";

    [Fact]
    public async Task Server_survives_a_full_state_folder_and_logs_again_when_there_is_room()
    {
        using SmallDisk? disk = SmallDisk.TryMount();
        Assert.SkipUnless(disk is not null, CannotMount);
        await using var programs = new Programs();
        await programs.RunToolAsync("ln", "-s", disk.Path, Path.Combine(programs.Home, "server"));
        await programs.CreateKeysAsync();
        await programs.StartServerAsync();
        Assert.Equal("on\n", (await programs.ClientAsync("run", "--accept-new", programs.Host, "echo on")).Text);

        disk.Fill();
        for (int i = 0; i < 10; i++)
            Assert.Equal("full\n", (await programs.ClientAsync("run", programs.Host, "echo full")).Text);
        Output refused = await programs.ClientAsync("run", "--detach", programs.Host, "echo detached");
        Assert.Equal(255, refused.Status);
        Assert.Contains("No space left on device", refused.Error);

        disk.Free();
        string job = (await programs.ClientAsync("run", "--detach", programs.Host, "echo detached")).Text.Trim();
        Assert.Equal(0, (await programs.ClientAsync("wait", programs.Host, job)).Status);
        Assert.Equal("detached\n", (await programs.ClientAsync("logs", programs.Host, job)).Text);
        Assert.Equal("room\n", (await programs.ClientAsync("run", programs.Host, "echo room")).Text);
        string line = programs.Log.Last(text => text.Contains("echo room", StringComparison.Ordinal));
        Assert.Equal("Information", JsonDocument.Parse(line).RootElement.GetProperty("Level").GetString());
    }

    [Fact]
    public async Task Job_that_cannot_be_recorded_does_not_start_if_another_process_may_repeat_it()
    {
        using SmallDisk? disk = SmallDisk.TryMount();
        Assert.SkipUnless(disk is not null, CannotMount);
        await using var programs = new Programs();
        await programs.RunToolAsync("ln", "-s", disk.Path, Path.Combine(programs.Home, "server"));
        await programs.CreateKeysAsync();
        await programs.StartServerAsync();
        Assert.Equal(0, (await programs.ClientAsync("run", "--accept-new", programs.Host, "true")).Status);
        disk.Fill();
        // Until not even one line fits into the journal's last block.
        for (int i = 0; i < 20; i++)
            Assert.Equal(0, (await programs.ClientAsync("run", programs.Host, "true")).Status);

        string runs = Path.Combine(programs.Home, "runs");
        RemoteCommand command = RemoteCommand.Shell($"echo x >> {runs}").WithAcknowledgement(Acknowledgement.ByCaller);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(programs.ClientOptions).Within();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.StartAsync(command, new()).Within());
        Assert.Contains("cannot record", refused.Message);
        Assert.False(File.Exists(runs));

        disk.Free();
        RemoteJob job = await client.StartAsync(command, new()).Within();
        Assert.Equal(0, (await job.Completion.Within()).ExitCode);
        Assert.Equal("x\n", await File.ReadAllTextAsync(runs));
    }

    [Fact]
    public async Task Server_names_the_state_folder_that_it_cannot_write()
    {
        using SmallDisk? disk = SmallDisk.TryMount();
        Assert.SkipUnless(disk is not null, CannotMount);
        await using var programs = new Programs();
        await programs.RunToolAsync("ln", "-s", disk.Path, Path.Combine(programs.Home, "server"));
        // The state folder exists already, with its lock.
        await programs.StartServerAsync();
        await programs.KillServerAsync();
        disk.Remount("ro");
        Output output = await programs.RunAsync("rsh-server", ["run", "--listen", "127.0.0.1:0"], "");
        disk.Remount("rw");
        Assert.Equal(1, output.Status);
        Assert.Contains($"cannot use the state folder {Path.Combine(programs.Home, "server")}: Read-only file system\n", output.Error);
        Assert.DoesNotContain("another rsh-server", output.Error);
    }

    [Fact]
    public async Task Server_names_the_port_file_that_it_cannot_write_and_leaves_nothing_beside_it()
    {
        using SmallDisk? disk = SmallDisk.TryMount();
        Assert.SkipUnless(disk is not null, CannotMount);
        disk.Fill();
        await using var programs = new Programs();
        string file = Path.Combine(disk.Path, "port");
        Output output = await programs.RunAsync("rsh-server", ["run", "--listen", "127.0.0.1:0", "--port-file", file], "");
        Assert.Equal(1, output.Status);
        Assert.Contains($"rsh-server: cannot write the port to {file}: No space left on device\n", output.Error);
        Assert.Single(Directory.GetFiles(disk.Path));
    }

    [Fact]
    public async Task Server_needs_no_temporary_folder_and_leaves_nothing_in_it_when_it_is_killed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs TMPDIR");
        await using var programs = new Programs();
        await programs.CreateKeysAsync();
        await programs.StartServerInAsync(new Dictionary<string, string> { ["TMPDIR"] = "/nonexistent" });
        Output prompt = await programs.ClientWithInputAsync("cd /usr\npwd\n", "connect", "--accept-new", programs.Host);
        Assert.Equal("/usr\n", prompt.Text);

        string left = Path.Combine(programs.Home, "server", "lines", "left");
        File.WriteAllText(left, "by a server that was killed in the middle of a line");
        await programs.KillServerAsync();
        string temporary = Directory.CreateDirectory(Path.Combine(programs.Home, "tmp")).FullName;
        await programs.StartServerInAsync(new Dictionary<string, string> { ["TMPDIR"] = temporary });
        Assert.False(File.Exists(left));
        await programs.KillServerAsync();
        // .NET itself leaves the pipes and sockets of its debugger there.
        Assert.DoesNotContain(Directory.GetFileSystemEntries(temporary), path => path.Contains("rsh-server-", StringComparison.Ordinal));
    }
}
