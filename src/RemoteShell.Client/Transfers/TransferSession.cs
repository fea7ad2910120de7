using System.IO.Pipelines;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client.Transfers;

/// <summary>A job at the server that transfers files, and the records to and from it.</summary>
internal sealed class TransferSession : IAsyncDisposable
{
    // Bytes of records in each direction that wait in memory.
    private const int Buffered = 512 * 1024;

    // The default of 4 KiB would cut each block of content into many pieces.
    private const int Segment = 64 * 1024;

    // How long the server may take to write what is on its way when the client leaves early.
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(2);

    private readonly Pipe _toServer = MakePipe(), _fromServer = MakePipe();
    private readonly MemoryStream _error = new();
    private readonly CancellationTokenSource _leave = new();
    private Task<CommandResult> _completion = Task.FromException<CommandResult>(new InvalidOperationException("not started"));
    private Task _closing = Task.CompletedTask;

    private TransferSession()
    {
        Writer = new(_toServer.Writer.AsStream());
        Reader = new(_fromServer.Reader);
    }

    /// <summary>Records to the server.</summary>
    public RecordWriter Writer { get; }

    /// <summary>Records from the server.</summary>
    public RecordReader Reader { get; }

    /// <summary>Whether the job has ended.</summary>
    public bool HasEnded => _completion.IsCompleted;

    /// <summary>Starts a job.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="text">What the client does, for lists of jobs.</param>
    /// <param name="first">The record that says what the server does.</param>
    /// <param name="cancellationToken">Stops waiting for the server's answer.</param>
    public static async Task<TransferSession> StartAsync(
        RemoteShellClient client, string text, TransferRecord first, CancellationToken cancellationToken)
    {
        var session = new TransferSession();
        var streams = new CommandStreams
        {
            Input = session._toServer.Reader.AsStream(),
            Output = session._fromServer.Writer.AsStream(leaveOpen: true),
            Error = session._error,
        };
        await session.Writer.WriteAsync(first, cancellationToken).ConfigureAwait(false);
        await session.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        await using (cancellationToken.UnsafeRegister(_ => session._leave.Cancel(), null).ConfigureAwait(false))
        {
            RemoteJob job = await client.StartAsync(RemoteCommand.Transfer(text), streams, session._leave.Token).ConfigureAwait(false);
            session._completion = job.Completion;
        }

        session._closing = session.CloseAsync();
        return session;
    }

    /// <summary>Returns the server's answer to the first record.</summary>
    /// <exception cref="FileRequestException">The server refuses it.</exception>
    public async Task<ReadyRecord> ReadyAsync(CancellationToken cancellationToken)
        => await ReadAsync(cancellationToken).ConfigureAwait(false) as ReadyRecord
            ?? throw new UnverifiedOutputException("the server's answer to the request for files is not valid");

    /// <summary>Returns the next record.</summary>
    /// <exception cref="FileRequestException">The server refuses what the client asked for.</exception>
    /// <exception cref="UnverifiedOutputException">It is not a record.</exception>
    public async Task<TransferRecord> ReadAsync(CancellationToken cancellationToken)
    {
        TransferRecord? record;
        try
        {
            record = await Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RecordException or EarlyEndException)
        {
            throw new UnverifiedOutputException(e.Message, e);
        }

        if (record is null)
            await EndAsync().ConfigureAwait(false);
        if (record is RefusalRecord refusal)
        {
            FileFault fault = Enum.TryParse(refusal.Fault, out FileFault known) ? known : FileFault.Other;
            throw new FileRequestException(fault, refusal.Text) { Hint = refusal.Hint };
        }

        return record ?? throw new UnverifiedOutputException("the server ended the transfer before its end");
    }

    /// <summary>Ends the session: the job ends well, and every byte of it was verified.</summary>
    /// <exception cref="UnverifiedOutputException">The server reports a fault.</exception>
    public async Task EndAsync()
    {
        await _toServer.Writer.CompleteAsync().ConfigureAwait(false);
        CommandResult result = await _completion.ConfigureAwait(false);
        if (result is { Outcome: CommandOutcome.Exited, ExitCode: 0 })
            return;
        string reason = _error.Length > 0 ? Encoding.UTF8.GetString(_error.ToArray()) : result.Reason ?? "no reason was given";
        throw new UnverifiedOutputException($"the server ended the transfer: {reason}");
    }

    /// <summary>Ends the job if it still runs. What has been sent is written first, so that a later transfer goes on from there.</summary>
    public async ValueTask DisposeAsync()
    {
        await _fromServer.Reader.CompleteAsync().ConfigureAwait(false);
        await _toServer.Writer.CompleteAsync().ConfigureAwait(false);
        if (!_completion.IsCompleted)
            await Task.WhenAny(_completion, Task.Delay(LeaveTime)).ConfigureAwait(false);
        await _leave.CancelAsync().ConfigureAwait(false);
        await ((Task)_completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _closing.ConfigureAwait(false);
        Writer.Dispose();
        _leave.Dispose();
    }

    // Who waits for a record learns why none comes.
    private async Task CloseAsync()
    {
        await ((Task)_completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _fromServer.Writer.CompleteAsync(_completion.Exception?.InnerException).ConfigureAwait(false);
        await _toServer.Reader.CompleteAsync(_completion.Exception?.InnerException).ConfigureAwait(false);
    }

    private static Pipe MakePipe() => new(new(
        pauseWriterThreshold: Buffered,
        resumeWriterThreshold: Buffered / 2,
        minimumSegmentSize: Segment,
        useSynchronizationContext: false));
}
