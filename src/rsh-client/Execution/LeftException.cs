namespace RemoteShell.Cli.Client.Execution;

/// <summary>The user has left a line while there was no connection; the line runs on.</summary>
internal sealed class LeftException : Exception
{
    public LeftException()
        : base("the line was left while there was no connection")
    {
    }
}
