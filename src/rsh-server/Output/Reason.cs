namespace RemoteShell.Cli.Server.Output;

/// <summary>Says why a file or folder cannot be used.</summary>
internal static class Reason
{
    /// <summary>Returns the system's message without the path that .NET adds: it may be the path of a temporary file.</summary>
    public static string Of(Exception e)
    {
        int path = e.Message.IndexOf(" : '", StringComparison.Ordinal);
        return path > 0 ? e.Message[..path] : e.Message;
    }
}
