namespace RemoteShell.Client;

/// <summary>An output stream of a command.</summary>
public enum OutputStream
{
    /// <summary>Standard output; all output of a command with a terminal.</summary>
    StandardOutput,

    /// <summary>Standard error.</summary>
    StandardError,
}
