using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Receives what a <see cref="TreeSender"/> sends.</summary>
/// <remarks>
/// Each name gets its new content at once, whole and verified, or keeps the old.
/// Memory holds the folders that are not complete, the entries that are under way (the sender limits them to 4096), one piece of a file,
/// and, if the target loses what the source does not have, the names in those folders and the paths to delete.
/// </remarks>
/// <param name="reader">From the sender.</param>
/// <param name="writer">To the sender.</param>
/// <param name="rules">What is done, and how.</param>
/// <param name="target">Where it goes.</param>
/// <param name="tally">Counts.</param>
internal sealed class TreeReceiver(
    RecordReader reader, RecordWriter writer, TransferRules rules, TransferTarget target, TransferTally tally)
{
    // The 12 bits of a mode.
    private const int AllBits = 0xFFF;

    private readonly EntryWriter _entries = new(rules, target);
    private readonly FileReceiver _files = new(rules, target, tally);
    private readonly Leftovers _leftovers = new(rules, target);
    private readonly Dictionary<long, ReceivingFile> _arriving = [];
    private readonly Dictionary<RelativePath, ReceivingFolder> _folders = [];

    // Hard links to a file that is arriving, by its path.
    private readonly Dictionary<string, List<EntryRecord>> _links = new(StringComparer.Ordinal);
    private long _lastId;

    /// <summary>Receives until the sender has no more, and tells the outcome of each entry.</summary>
    /// <exception cref="RecordException">The sender breaks the rules, or left.</exception>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        RemoveStale();
        try
        {
            while (true)
            {
                TransferRecord record = await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                    ?? throw new RecordException("it left before the end");
                if (record is EndRecord)
                    break;
                await TakeAsync(record, cancellationToken).ConfigureAwait(false);
                if (!reader.HasMore)
                    await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_arriving.Count > 0)
                throw new RecordException("it ended before all files were sent");
            await EndAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (ReceivingFile file in _arriving.Values)
            {
                file.TryKeep();
                file.Dispose();
            }
        }
    }

    private void RemoveStale()
    {
        try
        {
            if (!rules.DryRun)
                StalePartials.Remove(target.Base, StalePartials.Age);
        }
        catch (FileException)
        {
            // The folder cannot be listed; it may still be written.
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        tally.FindNoMore();
        foreach (TransferItem deleted in _leftovers.Delete())
            await TellAsync(0, deleted, cancellationToken).ConfigureAwait(false);
        await writer.WriteAsync(new EndRecord(), cancellationToken).ConfigureAwait(false);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task TakeAsync(TransferRecord record, CancellationToken cancellationToken)
    {
        switch (record)
        {
            case EntryRecord entry:
                await DecideAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case DataRecord data:
                await MoveAsync(data.Id, file => _files.Write(file, reader.Body, data.Size), cancellationToken).ConfigureAwait(false);
                break;
            case HoleRecord hole:
                await MoveAsync(hole.Id, file => _files.Skip(file, hole.Size), cancellationToken).ConfigureAwait(false);
                break;
            case EndOfFileRecord end:
                await FinishAsync(end, cancellationToken).ConfigureAwait(false);
                break;
            case EndOfFolderRecord end:
                EndFolder(RecordText.ToPath(end.Path), end.IsComplete);
                break;
            case FaultRecord fault:
                NoteFault(fault);
                break;
            default:
                throw new RecordException($"{record.GetType().Name} at this place");
        }
    }

    private void NoteFault(FaultRecord fault)
    {
        RelativePath path = RecordText.ToPath(fault.Path);
        Remember(path);
        if (!fault.IsSkipped)
            _leftovers.NoteFault();
        tally.Find(0);
        tally.Finish(new()
        {
            Path = target.Place(path).Escaped,
            Outcome = fault.IsSkipped ? TransferOutcome.Skipped : TransferOutcome.Failed,
            Reason = fault.Text,
        });
    }

    private async Task DecideAsync(EntryRecord entry, CancellationToken cancellationToken)
    {
        if (entry.Id <= _lastId)
            throw new RecordException($"the entry {entry.Id} after {_lastId}");
        _lastId = entry.Id;
        RelativePath sent = RecordText.ToPath(entry.Path);
        if (sent.IsEmpty || !Enum.TryParse(entry.Kind, out EntryKind kind) || entry.Size < 0 || entry.Mode is < 0 or > AllBits)
            throw new RecordException($"the entry '{entry.Path}' of the kind '{entry.Kind}'");
        tally.Find(entry.Size);
        RelativePath path = target.Place(sent);
        Remember(sent);
        string? fault = path.IsEmpty ? null : _folders.GetValueOrDefault(path.Parent)?.Fault;
        TransferItem? item = fault is null
            ? await DecideAsync(entry, kind, path, cancellationToken).ConfigureAwait(false)
            : Failed(entry, path, fault);
        if (kind == EntryKind.Folder)
            BeginFolder(entry, path, item);
        if (item is not null)
            await TellAsync(entry.Id, item, cancellationToken).ConfigureAwait(false);
    }

    // Null if the outcome comes later.
    private async Task<TransferItem?> DecideAsync(EntryRecord entry, EntryKind kind, RelativePath path, CancellationToken cancellationToken)
    {
        try
        {
            if (entry.SameAs is { } other && _arriving.Values.Any(file => file.Record.Path == other))
            {
                if (!_links.TryGetValue(other, out List<EntryRecord>? waiting))
                    _links[other] = waiting = [];
                waiting.Add(entry);
                return null;
            }

            bool isPlanned = !path.IsEmpty && _folders.GetValueOrDefault(path.Parent)?.IsPlanned == true;
            TransferOutcome? outcome = isPlanned ? TransferOutcome.WouldTransfer : _entries.Decide(entry, kind, path);
            if (outcome is { } known)
            {
                if (kind == EntryKind.File)
                    tally.Move(path.Escaped, entry.Size);
                return Item(entry, path, known);
            }

            var file = new ReceivingFile(entry, path);
            long from = _files.Begin(file);
            _arriving.Add(entry.Id, file);
            if (_folders.TryGetValue(path.Parent, out ReceivingFolder? folder))
                folder.Arriving++;
            await writer.WriteAsync(new WantRecord(entry.Id, from), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (FileException e)
        {
            return Failed(entry, path, e.Reason);
        }
    }

    private async Task MoveAsync(long id, Action<ReceivingFile> move, CancellationToken cancellationToken)
    {
        // The receiver may have given the file up, and the sender does not know it yet.
        if (!_arriving.TryGetValue(id, out ReceivingFile? file))
            return;
        try
        {
            move(file);
        }
        catch (FileException e)
        {
            await EndAsync(file, Failed(file.Record, file.Path, e.Reason), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FinishAsync(EndOfFileRecord end, CancellationToken cancellationToken)
    {
        if (!_arriving.TryGetValue(end.Id, out ReceivingFile? file))
            return;
        TransferItem item;
        try
        {
            item = _files.Finish(file, end);
        }
        catch (FileException e)
        {
            item = Failed(file.Record, file.Path, e.Reason);
        }

        await EndAsync(file, item, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(ReceivingFile file, TransferItem item, CancellationToken cancellationToken)
    {
        _arriving.Remove(file.Record.Id);
        file.Dispose();
        await TellAsync(file.Record.Id, item, cancellationToken).ConfigureAwait(false);
        if (_links.Remove(file.Record.Path, out List<EntryRecord>? links))
        {
            foreach (EntryRecord link in links)
                await TellAsync(link.Id, Link(link, item), cancellationToken).ConfigureAwait(false);
        }

        if (_folders.TryGetValue(file.Path.Parent, out ReceivingFolder? folder))
        {
            folder.Arriving--;
            EndIfDone(folder);
        }
    }

    private TransferItem Link(EntryRecord link, TransferItem first)
    {
        RelativePath path = target.Place(RecordText.ToPath(link.Path));
        if (first.Outcome == TransferOutcome.Failed)
            return Failed(link, path, $"it is the same file as {first.Path}, which failed");
        try
        {
            return Item(link, path, _entries.Decide(link, EntryKind.File, path) ?? TransferOutcome.Transferred);
        }
        catch (FileException e)
        {
            return Failed(link, path, e.Reason);
        }
    }

    private void BeginFolder(EntryRecord entry, RelativePath path, TransferItem? item)
        => _folders[path] = new(entry, path)
        {
            Names = rules.Delete ? [] : null,
            IsPlanned = item?.Outcome == TransferOutcome.WouldTransfer,
            Fault = item?.Outcome == TransferOutcome.Failed ? $"its folder failed: {item.Reason}" : null,
        };

    private void EndFolder(RelativePath sent, bool isComplete)
    {
        RelativePath path = target.Place(sent);
        if (!_folders.TryGetValue(path, out ReceivingFolder? folder))
            return;
        folder.IsNamed = true;
        if (!isComplete)
            _leftovers.NoteFault();
        EndIfDone(folder);
    }

    // The time of a folder is that of its last change, so it is set when nothing more changes in it.
    private void EndIfDone(ReceivingFolder folder)
    {
        if (!folder.IsNamed || folder.Arriving > 0)
            return;
        _folders.Remove(folder.Path);
        if (folder.Fault is null && !folder.IsPlanned)
            _leftovers.Add(folder, _entries);
    }

    // The name stays in its folder.
    private void Remember(RelativePath sent)
    {
        RelativePath path = target.Place(sent);
        if (rules.Delete && !path.IsEmpty)
            _folders.GetValueOrDefault(path.Parent)?.Names?.Add(path.Name);
    }

    private async Task TellAsync(long id, TransferItem item, CancellationToken cancellationToken)
    {
        tally.Finish(item);
        await writer.WriteAsync(
            new OutcomeRecord
            {
                Id = id,
                Path = item.Path,
                Outcome = item.Outcome.ToString(),
                Reason = item.Reason,
                Size = item.Size,
                Kept = item.Kept,
                Digest = item.Digest,
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static TransferItem Item(EntryRecord entry, RelativePath path, TransferOutcome outcome)
        => new() { Path = path.Escaped, Outcome = outcome, Size = entry.Size, Digest = entry.Digest };

    private static TransferItem Failed(EntryRecord entry, RelativePath path, string reason)
        => new() { Path = path.Escaped, Outcome = TransferOutcome.Failed, Size = entry.Size, Reason = reason };
}
