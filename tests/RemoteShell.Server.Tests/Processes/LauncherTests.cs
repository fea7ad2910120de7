using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Launchers;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Tests.Processes;

/// <summary>The default launcher, on every platform.</summary>
public class CliWrapLauncherTests : LauncherContractTests
{
    private protected override IProcessLauncher Launcher { get; } = new CliWrapLauncher();
}

/// <summary>The choice <c>--launcher posix_spawn</c>.</summary>
public class PosixSpawnLauncherTests : LauncherContractTests
{
    public PosixSpawnLauncherTests() => Assert.SkipUnless(PosixSpawn.IsAvailable, "needs Linux with pidfd_open(2)");

    private protected override IProcessLauncher Launcher { get; } = new PosixSpawnLauncher();
}
