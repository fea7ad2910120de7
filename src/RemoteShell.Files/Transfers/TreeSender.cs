using System.Collections.Concurrent;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Sends files and folders to a <see cref="TreeReceiver"/>.</summary>
/// <remarks>
/// It names entries ahead, and sends the content of those that the receiver wants, one file after the other. At most 4096 entries
/// have no outcome at a time, so memory holds those, and the next names of the folders that are being read.
/// </remarks>
/// <param name="reader">From the receiver.</param>
/// <param name="writer">To the receiver.</param>
/// <param name="rules">What is sent, and how.</param>
/// <param name="tally">Counts.</param>
internal sealed class TreeSender(RecordReader reader, RecordWriter writer, TransferRules rules, TransferTally tally)
{
    /// <summary>The most entries that have no outcome.</summary>
    public const int MostOffered = 4096;

    // While content is sent, this many entries are named after each file or piece, so that the receiver is never out of work.
    private const int OffersBetween = 64;

    private readonly ConcurrentDictionary<long, OfferedEntry> _offered = new();

    // The size of _offered: to count it takes all of its locks.
    private int _offers;
    private readonly ConcurrentQueue<WantRecord> _wanted = new();
    private readonly SemaphoreSlim _decided = new(0);
    private readonly FileSender _files = new(writer, rules, tally);
    private volatile bool _hasEnded;

    /// <summary>Sends the sources, and returns when the receiver has told the outcome of everything.</summary>
    /// <exception cref="RecordException">The receiver breaks the rules.</exception>
    /// <exception cref="EarlyEndException">The receiver left.</exception>
    public async Task SendAsync(SourceList sources, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task listening = ListenAsync(stop);
        try
        {
            var finder = new EntryFinder(rules, stop.Token);
            using IEnumerator<(TransferRecord, OfferedEntry?)> found = Find(sources, finder).GetEnumerator();
            await SendAsync(found, stop.Token).ConfigureAwait(false);
            await writer.WriteAsync(new EndRecord(), stop.Token).ConfigureAwait(false);
            await writer.FlushAsync(stop.Token).ConfigureAwait(false);
            await listening.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (OfferedEntry offered in _offered.Values.Where(offered => offered.IsBegun))
                tally.Abort(offered);
            // The failure of the other direction is the cause. It cancels this one before it has ended itself.
            bool isConsequence = e is OperationCanceledException or IOException && !cancellationToken.IsCancellationRequested;
            if (isConsequence && listening.IsFaulted)
                await listening.ConfigureAwait(false);
            throw;
        }
    }

    private static IEnumerable<(TransferRecord Record, OfferedEntry? Offered)> Find(SourceList sources, EntryFinder finder)
    {
        foreach (FaultRecord fault in sources.Faults)
            yield return (fault, null);
        foreach ((TransferRecord Record, OfferedEntry? Offered) found in sources.Opened.SelectMany(finder.Find))
            yield return found;
    }

    private async Task SendAsync(IEnumerator<(TransferRecord Record, OfferedEntry? Offered)> found, CancellationToken cancellationToken)
    {
        bool hasMore = true;
        while (hasMore || Volatile.Read(ref _offers) > 0)
        {
            int offers = _wanted.IsEmpty ? MostOffered : OffersBetween;
            for (; hasMore && offers > 0 && Volatile.Read(ref _offers) < MostOffered; offers--)
                hasMore = await OfferNextAsync(found, cancellationToken).ConfigureAwait(false);
            if (_wanted.TryDequeue(out WantRecord? want))
            {
                await SendAsync(want, cancellationToken).ConfigureAwait(false);
            }
            else if (Volatile.Read(ref _offers) > 0 && (!hasMore || Volatile.Read(ref _offers) >= MostOffered))
            {
                await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
                await _decided.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> OfferNextAsync(
        IEnumerator<(TransferRecord Record, OfferedEntry? Offered)> found, CancellationToken cancellationToken)
    {
        if (!found.MoveNext())
        {
            tally.FindNoMore();
            return false;
        }

        (TransferRecord record, OfferedEntry? offered) = found.Current;
        if (offered is not null)
        {
            Interlocked.Increment(ref _offers);
            _offered[offered.Record.Id] = offered;
            tally.Find(offered.Record.Size);
        }
        else if (record is FaultRecord fault)
        {
            tally.NoteUnsent(fault);
        }

        await writer.WriteAsync(record, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task SendAsync(WantRecord want, CancellationToken cancellationToken)
    {
        if (_offered.TryGetValue(want.Id, out OfferedEntry? offered))
            await _files.SendAsync(offered, want.From, () => _offered.ContainsKey(want.Id), cancellationToken).ConfigureAwait(false);
    }

    private async Task ListenAsync(CancellationTokenSource stop)
    {
        try
        {
            while (!_hasEnded)
            {
                TransferRecord record = await reader.ReadAsync(stop.Token).ConfigureAwait(false)
                    ?? throw new EarlyEndException();
                Take(record);
            }
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Take(TransferRecord record)
    {
        switch (record)
        {
            case WantRecord want:
                TakeWant(want);
                break;
            case OutcomeRecord outcome:
                TakeOutcome(outcome);
                break;
            case EndRecord:
                _hasEnded = true;
                break;
            default:
                throw new RecordException($"{record.GetType().Name} at this place");
        }

        // One permit is enough: the sender looks at everything that has arrived.
        if (_decided.CurrentCount == 0)
            _decided.Release();
    }

    private void TakeWant(WantRecord want)
    {
        bool isOffered = _offered.TryGetValue(want.Id, out OfferedEntry? offered);
        if (!isOffered || offered!.IsWanted || want.From < 0 || want.From > offered.Record.Size)
            throw new RecordException($"a want of the entry {want.Id} from {want.From} on");
        offered.IsWanted = true;
        _wanted.Enqueue(want);
    }

    private void TakeOutcome(OutcomeRecord outcome)
    {
        OfferedEntry? offered = null;
        bool isKnown = outcome.Id == 0 || _offered.TryRemove(outcome.Id, out offered);
        if (!isKnown || TransferItem.TryOf(outcome) is not { } item)
            throw new RecordException($"an outcome '{outcome.Outcome}' of the entry {outcome.Id}");
        if (outcome.Id != 0)
            Interlocked.Decrement(ref _offers);
        // The content that is not wanted is there already, or would be sent.
        if (offered is { IsWanted: false } && item.Outcome != TransferOutcome.Failed)
            tally.FindPresent(outcome.Path, offered.Record.Size);
        tally.Finish(offered is null
            ? item
            : item with
            {
                Size = offered.Record.Size,
                MovedBeforeFailure = offered.Moved,
                Sent = offered.Sent,
                FullPath = offered.FullPath,
            });
    }
}
