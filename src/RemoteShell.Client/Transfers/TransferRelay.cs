using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client.Transfers;

/// <summary>Passes the records of a transfer from one server to another, and back.</summary>
/// <param name="from">The server that sends.</param>
/// <param name="to">The server that receives.</param>
/// <param name="requested">The names that the first server may send; null: all.</param>
/// <param name="tally">Counts.</param>
internal sealed class TransferRelay(TransferSession from, TransferSession to, RequestedNames? requested, TransferTally tally)
{
    /// <summary>Passes everything on until both servers have ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] both = [PassAsync(from, to, stop.Token), PassAsync(to, from, stop.Token)];
        Task first = await Task.WhenAny(both).ConfigureAwait(false);
        if (!first.IsCompletedSuccessfully)
            await stop.CancelAsync().ConfigureAwait(false);
        // Neither may use a record after its session is closed.
        await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
        await Task.WhenAll(both).ConfigureAwait(false);
    }

    private async Task PassAsync(TransferSession source, TransferSession target, CancellationToken cancellationToken)
    {
        TransferRecord record;
        do
        {
            record = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            Count(record);
            await target.Writer.WriteAsync(record, source.Reader.Body, cancellationToken).ConfigureAwait(false);
            if (!source.Reader.HasMore)
                await target.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        while (record is not EndRecord);
    }

    private void Count(TransferRecord record)
    {
        switch (record)
        {
            case EntryRecord entry:
                requested?.Require(RecordText.ToPath(entry.Path));
                tally.Find(entry.Size);
                break;
            case FaultRecord { IsFolder: false }:
                // The other server tells its outcome.
                tally.Find(0);
                break;
            case OutcomeRecord outcome when TransferItem.TryOf(outcome) is { } item:
                tally.Move(item.Path, item.Outcome == TransferOutcome.Failed ? 0 : item.Size);
                tally.Finish(item);
                break;
        }
    }
}
