namespace RemoteShell.Server;

/// <summary>Whether the server keeps an audit journal.</summary>
public enum AuditMode
{
    /// <summary>The server keeps a journal. While it cannot be written, the server logs an error and goes on.</summary>
    On,

    /// <summary>The server keeps a journal. What cannot be recorded is not done.</summary>
    Required,

    /// <summary>The server keeps no journal.</summary>
    Off,
}
