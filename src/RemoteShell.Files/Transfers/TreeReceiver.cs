using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Receives what a <see cref="TreeSender"/> sends.</summary>
/// <remarks>
/// Each name gets its new content at once, whole and verified, or keeps the old.
/// Memory holds the folders that are not complete (at most 16384), the entries that are under way (at most 4096), one piece of a file,
/// the names of the sources, and, if the target loses what the source does not have, the names in those folders and the paths to delete.
/// </remarks>
/// <param name="reader">From the sender.</param>
/// <param name="writer">To the sender.</param>
/// <param name="rules">What is done, and how.</param>
/// <param name="target">Where it goes.</param>
/// <param name="places">Where its files go.</param>
/// <param name="tally">Counts.</param>
internal sealed class TreeReceiver(
    RecordReader reader, RecordWriter writer, TransferRules rules, TransferTarget target, FilePlaces places, TransferTally tally)
{
    // The 12 bits of a mode.
    private const int AllBits = 0xFFF;

    // Characters of a text that is kept until the entry has its outcome: a name of an owner, or what identifies the content.
    private const int MaxText = 1024;

    // Those above the one that is being named, and those whose files are arriving.
    private const int MostFolders = 16384;

    // A deeper folder gets its outcome at once, so that many open folders do not hold the sender back.
    private const int MostDepth = 1024;

    private readonly EntryWriter _entries = new(rules, target, places);
    private readonly FileReceiver _files = new(rules, target, places, tally);
    private readonly Leftovers _leftovers = new(rules, target);
    private readonly Dictionary<long, ReceivingFile> _arriving = [];
    private readonly Dictionary<RelativePath, ReceivingFolder> _folders = [];

    // Hard links to a file that is arriving, by its path.
    private readonly Dictionary<string, List<EntryRecord>> _links = new(StringComparer.Ordinal);
    private long _lastId;

    // The names of the sources, and those that several of them have.
    private readonly HashSet<FileName> _sources = [], _repeated = [];
    private int _waitingLinks;

    // With hard links: the paths of files that failed, as they were sent.
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

    /// <summary>The names that were asked for; null: all that are sent are received.</summary>
    public RequestedNames? Requested { get; init; }

    /// <summary>Knows when the sender has named everything. Default: when it ends.</summary>
    public NamedSources Named { get; init; } = new(0);

    /// <summary>Receives until the sender has no more, and tells the outcome of each entry.</summary>
    /// <exception cref="RecordException">The sender breaks the rules.</exception>
    /// <exception cref="EarlyEndException">The sender left.</exception>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        RemoveStale();
        UnfinishedFolder? unfinished = target.TryBeginFolder(rules);
        try
        {
            while (true)
            {
                TransferRecord record = await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                    ?? throw new EarlyEndException();
                if (record is EndRecord)
                    break;
                await TakeAsync(record, cancellationToken).ConfigureAwait(false);
                if (record is EntryRecord)
                    unfinished?.Bind();
                NoteNamed(record);
                if (!reader.HasMore)
                    await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_arriving.Count > 0)
                throw new RecordException("it ended before all files were sent");
            // Again: a transfer whose client is gone, and whose files this one took over, may have held it.
            unfinished ??= target.TryFindFolder(rules);
            await EndAsync(unfinished, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            foreach (ReceivingFile file in _arriving.Values.Where(file => file.IsBegun))
                Abort(file);
            throw;
        }
        finally
        {
            // Before the files: then a transfer that waits for a file finds it free.
            unfinished?.Dispose();
            foreach (ReceivingFile file in _arriving.Values)
            {
                file.TryKeep();
                file.Dispose();
            }
        }
    }

    private void Abort(ReceivingFile file) => tally.Abort(new TransferItem
    {
        Path = file.Path.Escaped,
        Outcome = TransferOutcome.Failed,
        Size = file.Record.Size,
        MovedBeforeFailure = file.Partial?.Length ?? 0,
        FullPath = Folder.Join(target.Base.FullPath, file.Path.Escaped),
    });

    private void RemoveStale()
    {
        try
        {
            if (!rules.DryRun)
                target.Quota.GiveBack(StalePartials.Remove(target.Base, StalePartials.Age));
        }
        catch (FileException)
        {
            // The folder cannot be listed; it may still be written.
        }
    }

    private async Task EndAsync(UnfinishedFolder? unfinished, CancellationToken cancellationToken)
    {
        tally.FindNoMore();
        foreach (ReceivingFolder folder in _folders.Values.OrderByDescending(folder => folder.Path.Depth).ToArray())
        {
            folder.IsNamed = true;
            await EndIfDoneAsync(folder, cancellationToken).ConfigureAwait(false);
        }

        foreach (TransferItem deleted in _leftovers.Delete(_entries))
            await TellAsync(0, deleted, cancellationToken).ConfigureAwait(false);
        if (!_leftovers.HasFault)
            unfinished?.End();
        await writer.WriteAsync(new EndRecord(), cancellationToken).ConfigureAwait(false);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void NoteNamed(TransferRecord record)
    {
        bool wasAll = Named.IsAll;
        Named.Take(record);
        if (Named.IsAll && !wasAll)
            tally.FindNoMore();
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
                await MoveAsync(hole.Id, file => _files.Skip(file, hole.Size, cancellationToken), cancellationToken).ConfigureAwait(false);
                break;
            case EndOfFileRecord end:
                await FinishAsync(end, cancellationToken).ConfigureAwait(false);
                break;
            case EndOfFolderRecord end:
                await EndFolderAsync(RecordText.ToPath(end.Path), end.IsComplete, cancellationToken).ConfigureAwait(false);
                break;
            case FaultRecord fault:
                await NoteFaultAsync(fault, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new RecordException($"{record.GetType().Name} at this place");
        }
    }

    private async Task NoteFaultAsync(FaultRecord fault, CancellationToken cancellationToken)
    {
        RelativePath path = RecordText.ToPath(fault.Path);
        Remember(path);
        if (!fault.IsSkipped)
            _leftovers.NoteFault();
        // The folder has one outcome.
        if (fault.IsFolder && _folders.GetValueOrDefault(target.Place(path)) is { Outcome: { } outcome } folder)
        {
            folder.Outcome = outcome with { Outcome = TransferOutcome.Failed, Reason = fault.Text };
            return;
        }

        tally.Find(0);
        var item = new TransferItem
        {
            Path = target.Place(path).Escaped,
            Outcome = fault.IsSkipped ? TransferOutcome.Skipped : TransferOutcome.Failed,
            Reason = fault.Text,
        };
        await TellAsync(0, item, cancellationToken).ConfigureAwait(false);
    }

    private async Task DecideAsync(EntryRecord entry, CancellationToken cancellationToken)
    {
        if (entry.Id <= _lastId)
            throw new RecordException($"the entry {entry.Id} after {_lastId}");
        _lastId = entry.Id;
        RelativePath sent = RecordText.ToPath(entry.Path);
        if (sent.IsEmpty || !Enum.TryParse(entry.Kind, out EntryKind kind) || !Enum.IsDefined(kind) || !IsPossible(entry, kind))
            throw new RecordException($"the entry '{entry.Path}' of the kind '{entry.Kind}'");
        entry = OnlyAskedFor(entry);
        Require(entry, sent);
        tally.Find(entry.Size);
        RelativePath path = target.Place(sent);
        Remember(sent);
        bool isRepeated = IsRepeated(sent, kind);
        string? fault = isRepeated ? "another source has the same name" : FolderOf(path)?.Fault ?? FaultOf(entry);
        TransferItem? item = fault is null
            ? await DecideAsync(entry, kind, path, cancellationToken).ConfigureAwait(false)
            : Failed(entry, path, fault);
        if (kind == EntryKind.Folder && item is not null && !isRepeated)
            item = await BeginFolderAsync(entry, path, item, cancellationToken).ConfigureAwait(false);
        if (item is not null)
        {
            NoteFailed(entry, item);
            await TellAsync(entry.Id, item, cancellationToken).ConfigureAwait(false);
        }
    }

    private void NoteFailed(EntryRecord entry, TransferItem item)
    {
        if (rules.HardLinks && item.Outcome == TransferOutcome.Failed)
            _failed.Add(entry.Path);
    }

    private string? FaultOf(EntryRecord entry)
    {
        // To the kernel, some other numbers mean now, or no change.
        if (entry.Nanoseconds is < 0 or > 999_999_999)
            return "its time is not valid";
        // What is at the place of its first name may be an old file.
        return entry.SameAs is { } first && _failed.Contains(first) ? $"it is the same file as {first}, which failed" : null;
    }

    // What is kept of an entry must not be more than what was asked for.
    private EntryRecord OnlyAskedFor(EntryRecord entry) => entry with
    {
        Attributes = rules.Attributes ? entry.Attributes : null,
        User = rules.Owner ? entry.User : null,
        Group = rules.Owner ? entry.Group : null,
    };

    // The second source of a name would replace what the first has brought, and a folder would delete it with --delete; otherwise
    // folders are merged. Sources come one after the other.
    private bool IsRepeated(RelativePath sent, EntryKind kind)
    {
        RelativePath top = sent;
        while (top.Depth > 1)
            top = top.Parent;
        if (sent.Depth == 1 && !_sources.Add(top.Name) && (rules.Delete || kind != EntryKind.Folder))
            _repeated.Add(top.Name);
        return _repeated.Contains(top.Name);
    }

    // A hostile server may send files that were not requested, such as .profile.
    private void Require(EntryRecord entry, RelativePath sent)
    {
        Requested?.Require(sent);
        if (!rules.Recursive && sent.Depth > 1)
            throw new RecordException($"the entry '{entry.Path}' in a folder, which was not asked for");
        if (entry.SameAs is null)
            return;
        if (!rules.HardLinks)
            throw new RecordException($"the hard link '{entry.Path}', which was not asked for");
        Requested?.Require(RecordText.ToPath(entry.SameAs));
    }

    private static bool IsPossible(EntryRecord entry, EntryKind kind)
    {
        if (entry.SameAs is { Length: 0 })
            return false;
        string?[] texts = [entry.Source, entry.Digest, entry.User, entry.Group];
        if (texts.Any(text => text?.Length > MaxText))
            return false;
        if (entry.IsStream && (kind != EntryKind.File || entry.Size != 0 || entry.SameAs is not null))
            return false;
        return entry.Size >= 0 && entry.Holes >= 0 && entry.Holes <= entry.Size && entry.Mode is >= 0 and <= AllBits;
    }

    // Null if the outcome comes later.
    private async Task<TransferItem?> DecideAsync(EntryRecord entry, EntryKind kind, RelativePath path, CancellationToken cancellationToken)
    {
        try
        {
            if (!rules.Recursive && kind != EntryKind.File)
                throw new FileException(FileFault.NotRegular, path.Escaped, "the source is not a file; -r transfers folders and links");
            if (kind == EntryKind.File && entry.SameAs is { } other && _arriving.Values.Any(file => file.Record.Path == other))
            {
                if (!_links.TryGetValue(other, out List<EntryRecord>? waiting))
                    _links[other] = waiting = [];
                RequireRoom();
                waiting.Add(entry);
                _waitingLinks++;
                EnterFolder(path);
                return null;
            }

            bool isPlanned = FolderOf(path)?.IsPlanned == true;
            EntryDecision? decision = isPlanned
                ? new(TransferOutcome.WouldTransfer)
                : _entries.Decide(entry, kind, path, cancellationToken);
            if (decision is not null)
            {
                if (kind == EntryKind.File)
                    tally.FindPresent(path.Escaped, entry.Size);
                return Item(entry, path, decision);
            }

            RequireRoom();
            var file = new ReceivingFile(entry, path, new(target.Quota, path.Escaped));
            long from = await _files.BeginAsync(file, cancellationToken).ConfigureAwait(false);
            _arriving.Add(entry.Id, file);
            EnterFolder(path);
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
            await _files.OpenAsync(file, cancellationToken).ConfigureAwait(false);
            move(file);
        }
        catch (FileException e)
        {
            await EndAsync(file, Failed(file, e), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FinishAsync(EndOfFileRecord end, CancellationToken cancellationToken)
    {
        if (!_arriving.TryGetValue(end.Id, out ReceivingFile? file))
            return;
        TransferItem item;
        try
        {
            item = await _files.FinishAsync(file, end, cancellationToken).ConfigureAwait(false);
        }
        catch (FileException e)
        {
            item = Failed(file, e);
        }

        await EndAsync(file, item, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(ReceivingFile file, TransferItem item, CancellationToken cancellationToken)
    {
        _arriving.Remove(file.Record.Id);
        file.Dispose();
        NoteFailed(file.Record, item);
        await TellAsync(file.Record.Id, item, cancellationToken).ConfigureAwait(false);
        if (_links.Remove(file.Record.Path, out List<EntryRecord>? links))
        {
            foreach (EntryRecord link in links)
                await EndLinkAsync(link, item, cancellationToken).ConfigureAwait(false);
        }

        await LeaveFolderAsync(file.Path, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndLinkAsync(EntryRecord link, TransferItem first, CancellationToken cancellationToken)
    {
        _waitingLinks--;
        RelativePath path = target.Place(RecordText.ToPath(link.Path));
        TransferItem item = Link(link, path, first, cancellationToken);
        if (item.Outcome != TransferOutcome.Failed)
            tally.FindPresent(item.Path, item.Size);
        await TellAsync(link.Id, item, cancellationToken).ConfigureAwait(false);
        await LeaveFolderAsync(path, cancellationToken).ConfigureAwait(false);
    }

    // An entry arrives later.
    private void EnterFolder(RelativePath path)
    {
        if (FolderOf(path) is { } folder)
            folder.Arriving++;
    }

    // An entry has arrived.
    private async Task LeaveFolderAsync(RelativePath path, CancellationToken cancellationToken)
    {
        if (FolderOf(path) is not { } folder)
            return;
        folder.Arriving--;
        await EndIfDoneAsync(folder, cancellationToken).ConfigureAwait(false);
    }

    private TransferItem Link(EntryRecord link, RelativePath path, TransferItem first, CancellationToken cancellationToken)
    {
        if (first.Outcome == TransferOutcome.Failed)
            return Failed(link, path, $"it is the same file as {first.Path}, which failed");
        try
        {
            return Item(link, path, _entries.Decide(link, EntryKind.File, path, cancellationToken) ?? new(TransferOutcome.Transferred));
        }
        catch (FileException e)
        {
            return Failed(link, path, e.Reason);
        }
    }

    // Returns the outcome to send now. Null: it is sent when everything in the folder has arrived.
    private async Task<TransferItem?> BeginFolderAsync(
        EntryRecord entry, RelativePath path, TransferItem item, CancellationToken cancellationToken)
    {
        ReceivingFolder? above = FolderOf(path);
        // The sender could not describe the folder above, and has told so.
        if (above is null && path.Depth > 1)
            return item;
        if (_folders.Count >= MostFolders)
            throw new RecordException($"more than {MostFolders} folders without an end");
        bool isMade = item.Outcome is TransferOutcome.Transferred or TransferOutcome.Unchanged or TransferOutcome.WouldSet;
        bool isThere = isMade && path.Depth <= MostDepth;
        // Two sources may have the same name.
        _folders.Remove(path, out ReceivingFolder? same);
        if (same?.Outcome is { } earlier)
            await TellAsync(same.Record.Id, earlier, cancellationToken).ConfigureAwait(false);
        // The path shares its parent, and the record does not keep its text, so that deep folders need little memory.
        RelativePath shared = above is null ? path : above.Path.Append(path.Name);
        _folders[shared] = new(entry with { Path = "", Target = null, Source = null, Digest = null }, shared)
        {
            Names = rules.Delete ? [] : null,
            Arriving = same?.Arriving ?? 0,
            IsPlanned = item.Outcome == TransferOutcome.WouldTransfer,
            Fault = item.Outcome == TransferOutcome.Failed ? above?.Fault ?? $"its folder failed: {item.Reason}" : null,
            Outcome = isThere ? item : null,
        };
        return isThere ? null : item;
    }

    private async Task EndFolderAsync(RelativePath sent, bool isComplete, CancellationToken cancellationToken)
    {
        RelativePath path = target.Place(sent);
        if (!_folders.TryGetValue(path, out ReceivingFolder? folder))
            return;
        folder.IsNamed = true;
        if (!isComplete)
            _leftovers.NoteFault();
        await EndIfDoneAsync(folder, cancellationToken).ConfigureAwait(false);
    }

    // The time of a folder is that of its last change, so it is set when nothing more changes in it.
    private async Task EndIfDoneAsync(ReceivingFolder folder, CancellationToken cancellationToken)
    {
        if (!folder.IsNamed || folder.Arriving > 0)
            return;
        _folders.Remove(folder.Path);
        FolderEnd end = folder.Fault is null && !folder.IsPlanned ? _leftovers.Add(folder, _entries) : FolderEnd.Done;
        TransferItem? failed = end.Fault is null ? null : Failed(folder.Record, folder.Path, end.Fault);
        TransferItem? done = folder.Outcome is null ? null : folder.Outcome with { Unset = folder.Outcome.Unset | end.Unset };
        if (done is not null)
            await TellAsync(folder.Record.Id, failed ?? done, cancellationToken).ConfigureAwait(false);
        else if (failed is not null)
            await TellAsync(0, failed, cancellationToken).ConfigureAwait(false);
    }

    private void RequireRoom()
    {
        if (_arriving.Count + _waitingLinks >= TreeSender.MostOffered)
            throw new RecordException($"more than {TreeSender.MostOffered} entries without an outcome");
    }

    private ReceivingFolder? FolderOf(RelativePath path) => path.IsEmpty ? null : _folders.GetValueOrDefault(path.Parent);

    // The name stays in its folder.
    private void Remember(RelativePath sent)
    {
        RelativePath path = target.Place(sent);
        if (rules.Delete && !path.IsEmpty)
            FolderOf(path)?.Names?.Add(path.Name);
    }

    private async Task TellAsync(long id, TransferItem item, CancellationToken cancellationToken)
    {
        if (item.Outcome == TransferOutcome.Failed)
            _leftovers.NoteFault();
        tally.Finish(item with { FullPath = Folder.Join(target.Base.FullPath, item.Path) });
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
                HasOtherOwner = item.Unset.HasFlag(UnsetMetadata.Owner),
                HasOtherAttributes = item.Unset.HasFlag(UnsetMetadata.Attributes),
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static TransferItem Item(EntryRecord entry, RelativePath path, EntryDecision decision) => new()
    {
        Path = path.Escaped,
        Outcome = decision.Outcome,
        Size = entry.Size,
        Digest = entry.Digest,
        Reason = decision.ToSet,
        Unset = decision.Unset,
    };

    private TransferItem Failed(ReceivingFile file, FileException fault)
    {
        bool isFull = fault.Fault is FileFault.NoSpace or FileFault.Quota && file.Partial is { CanResume: true };
        string reason = isFull ? $"{fault.Reason}; {LeavePart(file)}" : fault.Reason;
        return Failed(file.Record, file.Path, reason) with { MovedBeforeFailure = file.Partial?.Length ?? 0 };
    }

    // The part of a file that has no room takes that of the files that follow. So it stays only if none does.
    private string LeavePart(ReceivingFile file)
    {
        if (_arriving.Count > 1 || !Named.IsAll)
            file.Partial?.TryDrop();
        file.Leave();
        return file.Partial is { CanResume: true } ? "its partial file stays" : "its partial file was removed";
    }

    private static TransferItem Failed(EntryRecord entry, RelativePath path, string reason)
        => new() { Path = path.Escaped, Outcome = TransferOutcome.Failed, Size = entry.Size, Reason = reason };
}
