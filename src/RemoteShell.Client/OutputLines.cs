using System.Threading.Channels;
using RemoteShell.Client.Streams;

namespace RemoteShell.Client;

/// <summary>The lines of a command as they arrive, and its result.</summary>
public sealed class OutputLines : IAsyncEnumerable<OutputLine>
{
    // Lines that wait for the caller.
    private const int Capacity = 256;

    private readonly RemoteCommand _command;
    private readonly BufferOptions _options;
    private readonly TaskCompletionSource<CommandResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _wasEnumerated;

    internal OutputLines(RemoteCommand command, BufferOptions options) => (_command, _options) = (command, options);

    /// <summary>The result, after the enumeration has ended. If the enumeration fails, this task fails with the same exception.</summary>
    /// <exception cref="OperationCanceledException">The caller left the enumeration early, or cancelled it.</exception>
    public Task<CommandResult> Completion => _completion.Task;

    /// <summary>Starts the command and reads its lines.</summary>
    /// <exception cref="InvalidOperationException">The lines were enumerated before.</exception>
    /// <exception cref="OutputLimitException">
    /// A line is longer than <see cref="BufferOptions.MaxLineLength"/>; the command was ended.
    /// </exception>
    /// <exception cref="RequestRefusedException">The server refuses the command.</exception>
    /// <exception cref="UnauthorizedException">The server does not accept this client's key.</exception>
    /// <exception cref="UnverifiedOutputException">The output is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public IAsyncEnumerator<OutputLine> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _wasEnumerated, 1) != 0)
        {
            throw new InvalidOperationException(
                "the lines of a command can be enumerated only once; to read them again, run the command again");
        }

        return EnumerateAsync(cancellationToken);
    }

    private async IAsyncEnumerator<OutputLine> EnumerateAsync(CancellationToken cancellationToken)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<OutputLine> lines = Channel.CreateBounded<OutputLine>(Capacity);
        Task running = RunAsync(lines.Writer, left.Token);
        try
        {
            await foreach (OutputLine line in lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return line;
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }

    // Does not throw: a failure goes to the reader of the lines and to Completion.
    private async Task RunAsync(ChannelWriter<OutputLine> lines, CancellationToken cancellationToken)
    {
        var output = new LineWriter(_options, isError: false, lines);
        var error = new LineWriter(_options, isError: true, lines);
        try
        {
            CommandResult result = await _command.WithOutput(output).WithError(error).ExecuteAsync(cancellationToken).ConfigureAwait(false);
            await output.CompleteAsync(cancellationToken).ConfigureAwait(false);
            await error.CompleteAsync(cancellationToken).ConfigureAwait(false);
            _completion.TrySetResult(result);
            lines.Complete();
        }
        catch (OperationCanceledException e)
        {
            _completion.TrySetCanceled(e.CancellationToken);
            lines.Complete(e);
        }
        catch (Exception e)
        {
            _completion.TrySetException(e);
            // The reader of the lines gets the exception too, so a caller that never reads Completion has already seen it. Reading
            // Exception here marks it as observed.
            _ = _completion.Task.Exception;
            lines.Complete(e);
        }
    }
}
