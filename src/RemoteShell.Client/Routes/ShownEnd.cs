namespace RemoteShell.Client.Routes;

/// <summary>The end of a program whose standard error the user sees.</summary>
/// <param name="command">Its command line.</param>
internal sealed class ShownEnd(string command) : ProgramEnd
{
    public override Task<ConnectFailedException> DescribeAsync(int status, CancellationToken cancellationToken)
        => Task.FromResult(new ConnectFailedException($"the proxy command ended with status {status} before the server answered")
        {
            Hint = $"it is: {command}",
        });
}
