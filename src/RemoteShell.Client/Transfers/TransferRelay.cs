using System.Buffers;
using System.Collections.Concurrent;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client.Transfers;

/// <summary>Passes the records of a transfer from one server to another, and back.</summary>
/// <param name="from">The server that sends.</param>
/// <param name="to">The server that receives.</param>
/// <param name="requested">The names that the first server may send; null: all.</param>
/// <param name="named">Knows when the first server has named everything.</param>
/// <param name="tally">Counts.</param>
internal sealed class TransferRelay(
    TransferSession from, TransferSession to, RequestedNames? requested, NamedSources named, TransferTally tally)
{
    // The entries without an outcome. Used by both directions.
    private readonly ConcurrentDictionary<long, (string Path, bool IsWanted)> _open = new();

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
            Count(record, source.Reader.Body);
            await target.Writer.WriteAsync(record, source.Reader.Body, cancellationToken).ConfigureAwait(false);
            if (!source.Reader.HasMore)
                await target.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        while (record is not EndRecord);
    }

    private void Count(TransferRecord record, ReadOnlySequence<byte> body)
    {
        switch (record)
        {
            case EntryRecord entry:
                requested?.Require(RecordText.ToPath(entry.Path));
                if (_open.Count >= TreeSender.MostOffered)
                    throw new RecordException($"more than {TreeSender.MostOffered} entries without an outcome");
                _open[entry.Id] = (entry.Path, false);
                tally.Find(entry.Size);
                NoteNamed(entry);
                break;
            case FaultRecord { IsFolder: false }:
                // The other server tells its outcome.
                tally.Find(0);
                NoteNamed(record);
                break;
            case EndOfFolderRecord:
                NoteNamed(record);
                break;
            case WantRecord want when _open.TryGetValue(want.Id, out (string Path, bool IsWanted) entry):
                _open[want.Id] = (entry.Path, true);
                tally.FindPresent(entry.Path, want.From);
                break;
            case DataRecord data:
                Move(data.Id, data.Size > 0 ? data.Size : body.Length);
                break;
            case HoleRecord hole:
                Move(hole.Id, hole.Size);
                break;
            case OutcomeRecord outcome when TransferItem.TryOf(outcome) is { } item:
                End(outcome.Id, item);
                break;
        }
    }

    // All that names something comes from the first server.
    private void NoteNamed(TransferRecord record)
    {
        bool wasAll = named.IsAll;
        named.Take(record);
        if (named.IsAll && !wasAll)
            tally.FindNoMore();
    }

    private void Move(long id, long bytes)
    {
        if (_open.TryGetValue(id, out (string Path, bool IsWanted) entry))
            tally.Move(entry.Path, bytes);
    }

    private void End(long id, TransferItem item)
    {
        _open.TryRemove(id, out (string Path, bool IsWanted) entry);
        // The content that is not wanted is there already, or would be sent.
        if (!entry.IsWanted && item.Outcome != TransferOutcome.Failed)
            tally.FindPresent(item.Path, item.Size);
        tally.Finish(item);
    }
}
