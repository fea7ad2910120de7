using RemoteShell.Files.Folders;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Sends a stream, whose size is not known, as one file to a <see cref="TreeReceiver"/>.</summary>
/// <remarks>Memory holds one piece. The receiver drops what has arrived if the stream does not arrive to its end.</remarks>
/// <param name="reader">From the receiver.</param>
/// <param name="writer">To the receiver.</param>
/// <param name="rules">How it is sent.</param>
/// <param name="tally">Counts.</param>
internal sealed class StreamSender(RecordReader reader, RecordWriter writer, TransferRules rules, TransferTally tally)
{
    // The receiver puts it onto its target, so the path is not used.
    private readonly EntryRecord _entry = new()
    {
        Id = 1,
        Path = "stream",
        Kind = nameof(EntryKind.File),
        IsStream = true,
        Mode = NewFileMode.Current,
    };

    /// <summary>Sends the stream, and returns when the receiver has told the outcome.</summary>
    /// <param name="content">The stream, which the caller disposes. It is read only if the receiver wants it.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <exception cref="RecordException">The receiver breaks the rules.</exception>
    /// <exception cref="EarlyEndException">The receiver left.</exception>
    public async Task SendAsync(Stream content, CancellationToken cancellationToken)
    {
        tally.Find(0);
        await writer.WriteAsync(_entry, cancellationToken).ConfigureAwait(false);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        TransferRecord answer = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (answer is WantRecord { From: 0 } want && want.Id == _entry.Id)
            answer = await SendContentAsync(content, cancellationToken).ConfigureAwait(false);
        if (answer is not OutcomeRecord outcome || outcome.Id != _entry.Id || TransferItem.TryOf(outcome) is not { } item)
            throw new RecordException($"{answer.GetType().Name} at this place");
        tally.Finish(item);
        tally.FindNoMore();
        await writer.WriteAsync(new EndRecord(), cancellationToken).ConfigureAwait(false);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        TransferRecord last = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (last is not EndRecord)
            throw new RecordException($"{last.GetType().Name} after the outcome");
    }

    // Returns what the receiver answers: it may give the file up while the stream waits for its next byte.
    private async Task<TransferRecord> SendContentAsync(Stream content, CancellationToken cancellationToken)
    {
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<TransferRecord> answering = ReadAsync(stop.Token);
        Task sending = new FileSender(writer, rules, tally).SendAsync(_entry, content, givenUp.Token, cancellationToken);
        Task first = await Task.WhenAny(answering, sending).ConfigureAwait(false);
        if (first == sending && !sending.IsCompletedSuccessfully)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await sending.ConfigureAwait(false);
        }

        if (first == answering)
        {
            await givenUp.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await answering.ConfigureAwait(false);
    }

    private async Task<TransferRecord> ReadAsync(CancellationToken cancellationToken)
        => await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ?? throw new EarlyEndException();
}
