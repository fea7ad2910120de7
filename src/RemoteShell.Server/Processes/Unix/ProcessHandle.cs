namespace RemoteShell.Server.Processes.Unix;

/// <summary>An open descriptor of a process that is not the server's child. The caller disposes it.</summary>
internal sealed class ProcessHandle(int descriptor) : IDisposable
{
    /// <summary>How the process ended, once its parent has reaped it; null if the system does not tell.</summary>
    public ProcessExit? ReadExit() => PidFd.ReadExit(descriptor);

    public void Dispose() => PidFd.Close(descriptor);
}
