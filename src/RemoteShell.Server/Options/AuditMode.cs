namespace RemoteShell.Server;

/// <summary>Whether the server keeps an audit journal.</summary>
public enum AuditMode
{
    /// <summary>It does. While the journal cannot be written, the server logs so and goes on.</summary>
    On,

    /// <summary>It does. What cannot be recorded is not done.</summary>
    Required,

    /// <summary>It does not.</summary>
    Off,
}
