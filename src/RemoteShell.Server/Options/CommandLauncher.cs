namespace RemoteShell.Server;

/// <summary>What starts commands that have no terminal.</summary>
public enum CommandLauncher
{
    /// <summary>CliWrap, on every platform.</summary>
    /// <remarks>
    /// Before Linux 6.15, and on other systems, an end by signal n may be reported as exit status 128+n, and the resource usage may be
    /// missing.
    /// </remarks>
    CliWrap,

    /// <summary>posix_spawn(3), on Linux with pidfd_open(2): a command starts about 1 ms sooner, and its signal and usage are always known.</summary>
    PosixSpawn,
}
