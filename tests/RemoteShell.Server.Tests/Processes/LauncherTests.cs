using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Tests.Processes;

/// <summary>The launcher that this build uses on this system.</summary>
public class ChosenLauncherTests : LauncherContractTests
{
    private protected override IProcessLauncher Launcher { get; } = RemoteShell.Server.Processes.Launcher.Create();
}

/// <summary>The framework's launcher, which is used where the system has nothing better.</summary>
public class SystemLauncherTests : LauncherContractTests
{
    private protected override IProcessLauncher Launcher { get; } = new SystemLauncher();
}
