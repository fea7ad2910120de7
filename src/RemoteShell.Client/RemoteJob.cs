using RemoteShell.Client.Connections;
using RemoteShell.Client.Requests;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A running job: one that this client started, or one that it is attached to.</summary>
/// <remarks>Disposing a job that this client started ends the command; disposing an attached job leaves it running.</remarks>
public sealed class RemoteJob : IAsyncDisposable
{
    private readonly ReconnectingConnection _link;
    private readonly StartedJob _job;
    private readonly CancellationTokenSource _given;

    internal RemoteJob(ReconnectingConnection link, StartedJob job, CancellationTokenSource given)
        => (_link, _job, _given) = (link, job, given);

    /// <summary>The job's id.</summary>
    public string Id => _job.Id;

    /// <summary>The offsets at which the streams begin here; empty for a job that this client started, whose streams begin at 0.</summary>
    public IReadOnlyDictionary<OutputStream, long> Begins => _job.Begins;

    /// <summary>The result, after the command has ended and all output was delivered and verified.</summary>
    /// <remarks>The job uses as many connections as needed.</remarks>
    /// <exception cref="UnverifiedOutputException">The output is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    /// <exception cref="TakenOverException">Another client took over the job's terminal.</exception>
    /// <exception cref="RequestRefusedException">After a reconnect: the server no longer has the next bytes.</exception>
    /// <exception cref="OperationCanceledException">The token of the start was cancelled, or the job was disposed.</exception>
    /// <exception cref="IOException">A target stream threw it; what a target stream throws comes through unchanged.</exception>
    public Task<CommandResult> Completion => _job.Completion;

    /// <summary>Whether the command has a terminal.</summary>
    public bool HasTerminal => _job.HasTerminal;

    internal string? Shell => _job.Shell;

    internal string? WorkingDirectory => _job.WorkingDirectory;

    /// <summary>Changes the size of the command's terminal, if this client controls it.</summary>
    /// <remarks>For a watcher it is the size of its own terminal: the server tells it if the command's terminal has another size.</remarks>
    public void Resize(int columns, int rows)
    {
        if (_job.HasTerminal && _job.Size is { } size)
            _job.Request.PostNow(size.Change(columns, rows));
    }

    /// <summary>Makes a later cancellation or disposal leave the command running, so that a client can attach to it.</summary>
    /// <remarks>
    /// If the command has no terminal, or there is no connection at that moment, the job's <see cref="DisconnectPolicy"/> decides.
    /// </remarks>
    public void LeaveRunning() => _job.Request.Leaving = ErrorCode.Detached;

    /// <summary>Sends a signal to all processes of the command as soon as there is a connection, without waiting.</summary>
    /// <remarks>It does nothing after the end.</remarks>
    /// <param name="name">The name without SIG: <c>INT</c>, <c>TERM</c>, …</param>
    public void Signal(string name) => _job.Request.Post(new SignalMessage { Name = name });

    /// <summary>Sends a signal to all processes of the command, and returns when the server has sent it.</summary>
    /// <param name="name">The name without SIG: <c>INT</c>, <c>TERM</c>, …</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">The job has ended, or the signal does not exist.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task SignalAsync(string name, CancellationToken cancellationToken = default)
        => KillCall.SignalAsync(_link, Id, name, cancellationToken);

    /// <summary>Tells the server that the result and output are stored, so that it drops them. It does not wait.</summary>
    /// <remarks>
    /// For <see cref="Acknowledgement.ByCaller"/>. An orderly disposal of the client delivers it. Without a connection at that moment
    /// it is lost, and the server keeps the job as its <see cref="DisconnectPolicy"/> says.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The job has no result yet.</exception>
    public void Acknowledge()
    {
        if (!_job.Completion.IsCompletedSuccessfully && _job.Completion.Exception?.InnerException is not CommandNotStartedException)
            throw new InvalidOperationException($"the job {Id} has no result that could be acknowledged");
        _link.PostAside(new DeliveredMessage { Job = Id });
    }

    /// <summary>Stops waiting for the job.</summary>
    /// <remarks>Ends the command if this client started it, unless <see cref="LeaveRunning"/> was called.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (!_job.Completion.IsCompleted)
            await _given.CancelAsync().ConfigureAwait(false);
        await ((Task)_job.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
