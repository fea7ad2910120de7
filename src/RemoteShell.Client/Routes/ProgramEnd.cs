namespace RemoteShell.Client.Routes;

/// <summary>Says why a program ended before the server answered.</summary>
internal abstract class ProgramEnd
{
    /// <summary>The failure of a program that has ended.</summary>
    /// <param name="status">Its exit status.</param>
    /// <param name="cancellationToken">Stops the waiting for what it has said.</param>
    public abstract Task<ConnectFailedException> DescribeAsync(int status, CancellationToken cancellationToken);
}
