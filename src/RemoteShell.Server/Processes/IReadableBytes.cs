namespace RemoteShell.Server.Processes;

/// <summary>A stream that knows how many bytes can be read from it without waiting.</summary>
internal interface IReadableBytes
{
    /// <summary>Bytes that can be read without waiting; 0 if that is not known.</summary>
    int Available { get; }

    /// <summary>Whether no process has the other end open any more: what is left can be read without waiting.</summary>
    bool IsHungUp { get; }
}
