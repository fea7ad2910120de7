#if !CLIWRAP
using RemoteShell.Server.Processes.Spawning;
#endif

namespace RemoteShell.Server.Processes;

/// <summary>The launcher of this build.</summary>
internal static class Launcher
{
    public static IProcessLauncher Create()
#if CLIWRAP
        => new CliWrapLauncher();
#else
        => Spawn.IsAvailable ? new SpawnLauncher() : new SystemLauncher();
#endif
}
