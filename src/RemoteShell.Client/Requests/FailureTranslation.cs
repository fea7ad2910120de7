using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client.Requests;

/// <summary>Turns failures of channels and connections into the exceptions that callers of this library know.</summary>
/// <remarks>
/// The only place that does it. It runs around a whole request, because a request decides from the original exceptions whether to retry.
/// </remarks>
internal sealed class FailureTranslation(string host)
{
    private const string TransferHint = "give the same command again; a transfer goes on where it stopped";

    /// <summary>The job that the request is about; null if it is about none, or cannot have started it.</summary>
    public string? Job { get; set; }

    /// <summary>The subcommand that continues with the job, for the hint. Default: <c>attach --from-start</c>.</summary>
    public string Verb { get; init; } = "attach --from-start";

    /// <summary>Whether the job may have been removed when the connection was lost, instead of running on. Default: no.</summary>
    public bool Removes { get; init; }

    /// <summary>Whether the job transfers files. The same request again continues it. Default: no.</summary>
    public bool IsTransfer { get; init; }

    /// <summary>Makes the message for a channel that failed from the channel's own message. Default: the same message.</summary>
    public Func<string, string> Unverified { get; init; } = message => message;

    /// <summary>Runs a request.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> request)
    {
        try
        {
            return await request().ConfigureAwait(false);
        }
        catch (RemoteShellException e)
        {
            Exception known = Of(e);
            if (ReferenceEquals(known, e))
                throw;
            throw known;
        }
    }

    private ConnectionLostException Lost(string job, ConnectFailedException connect)
    {
        if (IsTransfer)
            return new(job, connect, "not everything may have been done", TransferHint);
        return Removes
            ? new(job, connect, $"the job {job} may have been removed", $"see whether it is still there: rsh-client jobs --all {host}")
            : new(
                job,
                connect,
                $"the job {job} may still run there",
                $"continue from here or from another machine: rsh-client {Verb} {host} {job}");
    }

    private Exception Of(RemoteShellException failure) => failure switch
    {
        ChannelException { Code: ErrorCode.TakenOver } when Job is { } job => new TakenOverException(job, host, failure),
        RequestRefusedException { Code: ErrorCode.TakenOver } when Job is { } job => new TakenOverException(job, host, failure),
        // The server's message is about a job, and where its output is.
        RequestRefusedException { Code: ErrorCode.Gone } when IsTransfer => new RequestRefusedException(
            ErrorCode.Gone, "the server was stopped in the middle, or gave the transfer up while the connection was lost")
        {
            Hint = TransferHint,
        },
        ChannelException => new UnverifiedOutputException(Unverified(failure.Message), failure) { Hint = failure.Hint },
        ConnectFailedException connect when Job is { } job => Lost(job, connect),
        ConnectionException { Reason.Code: ErrorCode.Unauthorized } refused => new UnauthorizedException(refused),
        ConnectionException { Reason.Code: CloseReason.NoAnswer } => new ConnectFailedException(failure.Message, failure)
        {
            Hint = failure.Hint,
        },
        ConnectionException ended => new ConnectionLostException(Job, ended),
        _ => failure,
    };
}
