namespace RemoteShell.Client;

/// <summary>The request was cancelled before it was sent, such as while the client reconnected: nothing has started.</summary>
public sealed class RequestNotSentException : OperationCanceledException
{
    internal RequestNotSentException(OperationCanceledException cause)
        : base("the request was cancelled before it was sent", cause, cause.CancellationToken)
    {
    }
}
