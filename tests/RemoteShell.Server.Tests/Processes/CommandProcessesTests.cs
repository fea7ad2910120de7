using System.Globalization;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Launchers;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Tests.Processes;

/// <summary>Which processes belong to a command, which of them run, and which are never signalled.</summary>
public class CommandProcessesTests
{
    // Longer than a test waits.
    private static readonly TimeSpan LongGrace = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Session_of_zombies_has_ended()
    {
        Assert.SkipUnless(PosixSpawn.IsAvailable, "needs Linux: posix_spawn and pidfd");
        // Nobody reaps it before the end of the test.
        int pid = Spawn("exec sleep 300");
        var processes = new CommandProcesses(pid);
        Assert.True(await processes.AreAliveAsync());
        await processes.TerminateAsync(LongGrace).Within();
        Assert.False(await processes.AreAliveAsync());
        Assert.Equal('Z', ProcessEntry.Read(pid)!.Value.State);
        Assert.Equal(15, PidFd.ReapBlocking(pid)!.Signal);
    }

    [Fact]
    public async Task Processes_in_other_groups_that_ignore_TERM_end_by_KILL()
    {
        Assert.SkipUnless(PosixSpawn.IsAvailable, "needs Linux: posix_spawn and pidfd");
        using var folder = new TemporaryFolder();
        // timeout(1) gives its command the default action of TERM.
        const string stubborn = "trap '' TERM; timeout 200000000 sh -c 'trap \"\" TERM; touch ready; while :; do sleep 0.1; done'";
        int pid = Spawn($"cd {folder.Path}; {stubborn}; true");
        await Waiting.Until(() => File.Exists(folder["ready"]), "the command ignores TERM");
        var processes = new CommandProcesses(pid);
        await processes.TerminateAsync(TimeSpan.FromMilliseconds(200)).Within();
        Assert.False(await processes.AreAliveAsync());
        Assert.Equal(9, PidFd.ReapBlocking(pid)!.Signal);
    }

    [Fact]
    public void Process_with_another_start_time_is_not_alive_and_gets_no_signal()
    {
        Assert.SkipUnless(PosixSpawn.IsAvailable, "needs Linux: posix_spawn and pidfd");
        int pid = Spawn("exec sleep 300");
        ProcessEntry real = ProcessEntry.Read(pid)!.Value;
        string other = (long.Parse(real.Start, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        Assert.False(new ProcessIdentity(pid, other).IsAlive());
        Assert.Null(new ProcessIdentity(pid, other).Open());
        Assert.False(ProcessSignal.TrySend(real with { Start = other }, 9));
        Assert.True(new ProcessIdentity(pid, real.Start).IsAlive());
        Assert.True(ProcessSignal.TrySend(real, 15));
        Assert.Equal(15, PidFd.ReapBlocking(pid)!.Signal);
    }

    [Fact]
    public void Session_is_told_from_another_one_with_its_number()
    {
        SessionIdentity session = new(70, "1000", null);
        ProcessEntry leader = new(70, "sh", 'S', 1, 70, 70, "1000"), member = new(71, "sleep", 'S', 70, 71, 70, "1001");
        ProcessEntry zombie = new(72, "sleep", 'Z', 70, 70, 70, "1001"), stranger = new(73, "sleep", 'S', 1, 73, 73, "1001");
        Assert.Equal([leader, member], session.Members([leader, member, zombie, stranger]));
        // Another process has the leader's number.
        Assert.Empty(session.Members([leader with { Start = "2000" }, member]));
        Assert.Empty(session.Members([leader with { Start = "2000", Session = 1 }, member]));
        // Without the leader, and without an autogroup, nothing proves whose session it is.
        Assert.Empty(session.Members([member]));
    }

    [Theory]
    [InlineData("/proc/self/fd")]
    [InlineData("/dev/fd")]
    public void Each_descriptor_of_a_folder_gets_close_on_exec(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: reads /proc");
        using var file = new FileStream("/dev/null", FileMode.Open);
        int descriptor = (int)file.SafeFileHandle.DangerousGetHandle();
        Clear(descriptor);
        Assert.False(IsClosedOnExec(descriptor));
        InheritedDescriptors.HideEach(folder);
        Assert.True(IsClosedOnExec(descriptor));
        Clear(descriptor);
        InheritedDescriptors.Hide();
        Assert.True(IsClosedOnExec(descriptor));
    }

    [Theory]
    [InlineData("0::/system.slice/rsh-server.service", "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", true)]
    [InlineData("0::/system.slice/rsh-server.service", "30 24 0:26 /system.slice /sys/fs/cgroup rw shared:4 - cgroup2 none rw", false)]
    [InlineData("0::/", "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", null)]
    [InlineData("4:memory:/a", "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", null)]
    [InlineData("0::/a", "30 24 0:26 / /sys/fs/cgroup rw - tmpfs cgroup2 rw", null)]
    public void Folder_of_the_own_control_group_is_found(string group, string mount, bool? isWhole)
    {
        string? expected = isWhole switch
        {
            true => "/sys/fs/cgroup/system.slice/rsh-server.service",
            false => "/sys/fs/cgroup/rsh-server.service",
            null => null,
        };
        Assert.Equal(expected, ControlGroups.FolderOf(["1:cpu:/x", group], ["1 0 8:1 / / rw - ext4 /dev/sda1 rw", mount]));
    }

    private static int Spawn(string script)
    {
        using ChildPipe input = ChildPipe.ForReading(), output = ChildPipe.ForWriting(), error = ChildPipe.ForWriting();
        using Stream toInput = input.Stream, fromOutput = output.Stream, fromError = error.Stream;
        var spec = new ProcessSpec
        {
            Program = "/bin/sh",
            Arguments = ["-c", script],
            WorkingDirectory = "/",
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
        };
        return PosixSpawn.OnPipes(spec, input.ChildEnd, output.ChildEnd, error.ChildEnd);
    }

    // FIONCLEX of ioctl(2).
    private static void Clear(int descriptor) => _ = RemoteShell.Server.Native.FileCalls.DeviceControl(descriptor, 0x5450);

    // The flags are octal, and O_CLOEXEC is 02000000.
    private static bool IsClosedOnExec(int descriptor)
    {
        string flags = File.ReadLines($"/proc/self/fdinfo/{descriptor}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & 0x80000) != 0;
    }
}
