namespace RemoteShell.Server;

/// <summary>How the server starts commands without a terminal.</summary>
public enum CommandLauncher
{
    /// <summary>CliWrap, on every platform.</summary>
    /// <remarks>
    /// Before Linux 6.15, and on other systems, the end by signal n may be reported as exit status 128+n, and the resource usage may be
    /// missing.
    /// </remarks>
    CliWrap,

    /// <summary>posix_spawn(3), on Linux with pidfd_open(2).</summary>
    /// <remarks>A command starts about 1 ms sooner, and the server always knows its signal and its resource usage.</remarks>
    PosixSpawn,
}
