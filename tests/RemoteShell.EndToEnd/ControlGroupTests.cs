using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>A server with a delegated control group: nothing that a job starts escapes.</summary>
public sealed class ControlGroupTests : IAsyncLifetime
{
    // Moves the shell into the group, which then becomes the server.
    private const string Enter = "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"";

    private readonly Marked _marked = new();
    private string _folder = "";
    private Programs _programs = null!;

    private string Host => _programs.Host;

    private string[] Groups => [.. Directory.GetDirectories(_folder).Select(path => Path.GetFileName(path))];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: control groups");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: makes a control group");
        string? mount = Mount();
        Assert.SkipUnless(mount is not null, "needs cgroup v2");
        _folder = Path.Combine(mount!, $"rsh-test-{Guid.NewGuid():N}");
        Assert.SkipUnless(TryCreate(), "needs a cgroup v2 that can be written, with cgroup.kill (Linux 5.14)");
        Assert.SkipUnless(await TryDelegateAsync(), "needs python3, which sets an extended attribute");
        _programs = await Programs.StartFromAsync("/bin/sh", ["-c", Enter, _folder], "--kill-grace", "1s", "--stop-grace", "100ms");
        Assert.Contains(_programs.Log, line => line.Contains($"\"Folder\":\"{_folder}\"", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        _marked.Dispose();
        if (_programs is not null)
            await _programs.DisposeAsync();
        if (!Directory.Exists(_folder))
            return;
        await File.WriteAllTextAsync(Path.Combine(_folder, "cgroup.kill"), "1");
        await Waiting.Until(TryRemove, "the control group is removed");
    }

    [Theory]
    [InlineData("setsid sleep # & sleep 300")]
    [InlineData("setsid env -i setsid sleep # & sleep 300")]
    [InlineData("trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep #; true' & sleep 300")]
    public async Task Timeout_ends_a_process_that_has_left_the_session(string command)
    {
        Output result = await _programs.ClientAsync("run", "--json", "--timeout", "1s", Host, Marked(command));
        Assert.Empty(_marked.Running());
        Assert.Equal("it timed out after 1 s", JsonDocument.Parse(result.Text).RootElement.GetProperty("reason").GetString());
        Assert.Empty(Groups);
    }

    [Fact]
    public async Task Commands_of_every_kind_run_in_a_group_of_their_own_that_is_removed()
    {
        const string show = "sed -n 's/^0:://p' /proc/self/cgroup";
        string[] outputs =
        [
            (await _programs.ClientAsync("run", Host, show)).Text,
            (await _programs.ClientAsync("run", Host, "sed", "-n", "s/^0:://p", "/proc/self/cgroup")).Text,
            (await _programs.ClientWithInputAsync($"{show}\n", "connect", Host)).Text,
        ];
        Assert.All(outputs, output => Assert.Contains($"/{Path.GetFileName(_folder)}/rsh-job-", output, StringComparison.Ordinal));
        Assert.Equal(outputs.Length, outputs.Distinct().Count());
        await using (TestTerminal terminal = _programs.ClientOnTerminal("run", "-t", Host, show))
            await terminal.SeesAsync($"/{Path.GetFileName(_folder)}/rsh-job-");
        await Waiting.Until(() => Groups.Length == 0, "the groups are removed");
        Assert.Equal(126, (await _programs.ClientAsync("run", Host, "/etc")).Status);
        Assert.Equal(5, (await _programs.ClientAsync("run", Host, "exit 5")).Status);
    }

    [Fact]
    public async Task Detached_job_survives_a_killed_server_in_its_group_and_ends_with_all_processes()
    {
        string job = (await _programs.ClientAsync("run", "--detach", Host, Marked("setsid sleep # & echo here; sleep 300"))).Text.Trim();
        await _marked.UntilAsync(1);
        await _programs.KillServerAsync();
        await _programs.StartServerAgainFromAsync("/bin/sh", ["-c", Enter, _folder], "--kill-grace", "1s");
        Assert.Single(_marked.Running());
        Assert.StartsWith($"rsh-job-{job}", Assert.Single(Groups), StringComparison.Ordinal);
        Output killed = await _programs.ClientAsync("kill", "--json", Host, job);
        Assert.Equal("killed", JsonDocument.Parse(killed.Text).RootElement.GetProperty("outcome").GetString());
        Assert.Empty(_marked.Running());
        await Waiting.Until(() => Groups.Length == 0, "the group is removed");
    }

    [Fact]
    public async Task Recovery_ends_the_group_of_a_lost_job()
    {
        string command = Marked("setsid env -i sleep # & sleep 300");
        using Process client = _programs.Start("rsh-client", "run", "--on-disconnect", "keep", Host, command);
        await _marked.UntilAsync(1);
        await _programs.KillServerAsync();
        await _programs.StartServerAgainFromAsync("/bin/sh", ["-c", Enter, _folder], "--kill-grace", "1s");
        await _marked.UntilAsync(0);
        await Waiting.Until(() => Groups.Length == 0, "the group is removed");
        await client.WaitForExitAsync().Within();
    }

    [Fact]
    public async Task Process_that_a_command_leaves_behind_keeps_its_group_until_it_ends()
    {
        Assert.Equal(0, (await _programs.ClientAsync("run", Host, Marked("setsid sleep # >/dev/null 2>&1 & exit 0"))).Status);
        await _marked.UntilAsync(1);
        Assert.Single(Groups);
        _marked.Dispose();
        await _marked.UntilAsync(0);
        await _programs.KillServerAsync();
        await _programs.StartServerAgainFromAsync("/bin/sh", ["-c", Enter, _folder]);
        Assert.Empty(Groups);
    }

    private static string? Mount() => File.ReadLines("/proc/self/mountinfo")
        .Where(line => line.Contains(" - cgroup2 ", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[4])
        .FirstOrDefault();

    private bool TryCreate()
    {
        try
        {
            Directory.CreateDirectory(_folder);
            return File.Exists(Path.Combine(_folder, "cgroup.kill"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool TryRemove()
    {
        try
        {
            foreach (string below in Directory.GetDirectories(_folder))
                Directory.Delete(below);
            Directory.Delete(_folder);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // As systemd marks the group of a unit with Delegate=yes.
    private async Task<bool> TryDelegateAsync()
    {
        if (!File.Exists("/usr/bin/python3"))
            return false;
        using var set = Process.Start(
            "/usr/bin/python3", ["-c", "import os, sys; os.setxattr(sys.argv[1], 'user.delegate', b'1')", _folder]);
        await set.WaitForExitAsync().Within();
        return set.ExitCode == 0;
    }

    private string Marked(string command) => command.Replace("#", _marked.Seconds, StringComparison.Ordinal);
}
