namespace RemoteShell.Server.Files;

/// <summary>Who gets the files of a transfer.</summary>
internal enum TransferDirection
{
    /// <summary>The server receives them.</summary>
    Received,

    /// <summary>The server sends them to the client.</summary>
    Sent,
}
