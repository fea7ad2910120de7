using System.Globalization;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Files.Trees;

namespace RemoteShell.Files.Transfers;

/// <summary>Finds what a transfer sends: the sources, and all that is in their folders.</summary>
/// <param name="rules">What is taken along.</param>
/// <param name="cancellationToken">Stops the reading of files for their digests.</param>
internal sealed class EntryFinder(TransferRules rules, CancellationToken cancellationToken)
{
    private const string PartialFile = "a partial file of another transfer, or named like one; it is not transferred";

    // The receiver puts the content of a folder onto its target, so this name is not used.
    private static readonly FileName Content = FileName.Of("content");

    private readonly TreeFilter _filter = rules.Filter is { } lines ? TreeFilter.Of(lines) : TreeFilter.None;

    // With hard links: the paths of the files that have several names. Sources may overlap, so that a name is found twice.
    private readonly Dictionary<(ulong Device, ulong Inode), string> _linked = [];
    private long _lastId;

    /// <summary>Yields the entries of a source, each folder before what is in it, and behind that its end.</summary>
    public IEnumerable<(TransferRecord Record, OfferedEntry? Offered)> Find(TransferSource source)
    {
        if (source.Name is not { } name)
            return FindContent(source);
        return FindNamed(source, name);
    }

    private IEnumerable<(TransferRecord Record, OfferedEntry? Offered)> FindContent(TransferSource source)
    {
        RelativePath sentAs = RelativePath.Empty.Append(source.SentAs ?? Content);
        if (!rules.Recursive)
        {
            yield return (Fault(source, RelativePath.Empty, sentAs, "the source is a folder; -r transfers folders"), null);
            yield break;
        }

        FileEntry entry = source.Parent.Self();
        EntryRecord record = new()
        {
            Id = ++_lastId,
            Path = sentAs.Escaped,
            Kind = nameof(EntryKind.Folder),
            Mode = entry.Mode,
            Seconds = entry.Modified.Seconds,
            Nanoseconds = entry.Modified.Nanoseconds,
        };
        yield return (record, new(source, RelativePath.Empty, entry, record));
        foreach ((TransferRecord Record, OfferedEntry? Offered) found in FindIn(source, source.Parent, RelativePath.Empty, sentAs))
            yield return found;
    }

    private IEnumerable<(TransferRecord Record, OfferedEntry? Offered)> FindNamed(TransferSource source, FileName name)
    {
        RelativePath path = RelativePath.Empty.Append(name), sentAs = RelativePath.Empty.Append(source.SentAs ?? name);
        FileEntry? entry = null;
        Folder? folder = null;
        FileException? fault = null;
        try
        {
            entry = source.Parent.Stat(name);
            if (entry.Kind == EntryKind.Folder && !rules.Recursive)
                throw new FileException(FileFault.IsFolder, sentAs.Escaped, "the source is a folder; -r transfers folders");
            if (entry.Kind == EntryKind.Folder)
                folder = source.Parent.OpenFolder(name);
        }
        catch (FileException e)
        {
            fault = e;
        }

        if (fault is not null)
        {
            yield return (Fault(source, path, sentAs, fault.Reason), null);
            yield break;
        }

        yield return Describe(source, path, sentAs, entry!, null);
        if (folder is null)
            yield break;
        using (folder)
        {
            foreach ((TransferRecord Record, OfferedEntry? Offered) found in FindIn(source, folder, path, sentAs))
                yield return found;
        }
    }

    private IEnumerable<(TransferRecord Record, OfferedEntry? Offered)> FindIn(
        TransferSource source, Folder folder, RelativePath path, RelativePath sentAs)
    {
        foreach (TreeItem item in new TreeWalker(_filter).Walk(folder))
        {
            RelativePath within = Join(path, item.Path), sent = Join(sentAs, item.Path);
            yield return item.Kind switch
            {
                TreeItemKind.EndOfFolder => (new EndOfFolderRecord(sent.Escaped, item.IsComplete), null),
                TreeItemKind.Fault => (Fault(source, within, sent, item.Fault!.Reason) with { IsFolder = item.IsFolder }, null),
                _ when IsPartial(item) => (Fault(source, within, sent, PartialFile) with { IsSkipped = true }, null),
                _ => Describe(source, within, sent, item.Entry!, item.LinkTarget),
            };
        }
    }

    // What another transfer has left here is not content.
    private static bool IsPartial(TreeItem item)
        => item.Entry?.Kind == EntryKind.File && StalePartials.IsPartialName(item.Path.Name);

    private (TransferRecord Record, OfferedEntry? Offered) Describe(
        TransferSource source, RelativePath path, RelativePath sentAs, FileEntry entry, byte[]? target)
    {
        if (entry.Kind is not (EntryKind.File or EntryKind.Folder or EntryKind.Link))
            return (Fault(source, path, sentAs, $"{Word(entry.Kind)}, which is not transferred") with { IsSkipped = true }, null);
        try
        {
            EntryRecord record = Record(source, path, sentAs, entry, target);
            return (record, new(source, path, entry, record));
        }
        catch (FileException e)
        {
            return (Fault(source, path, sentAs, e.Reason), null);
        }
    }

    private EntryRecord Record(TransferSource source, RelativePath path, RelativePath sentAs, FileEntry entry, byte[]? target)
    {
        bool isFile = entry.Kind == EntryKind.File;
        string? sameAs = isFile && rules.HardLinks && entry.Links > 1 ? SameAs(entry, sentAs) : null;
        using Folder? parent = NeedsParent(entry, target, sameAs) ? source.Parent.OpenFolder(path.Parent) : null;
        return new()
        {
            Id = ++_lastId,
            Path = sentAs.Escaped,
            Kind = entry.Kind.ToString(),
            Size = isFile ? entry.Size : 0,
            Holes = isFile ? ContentSize.HolesOf(entry) : 0,
            Mode = entry.Mode,
            Seconds = entry.Modified.Seconds,
            Nanoseconds = entry.Modified.Nanoseconds,
            Target = entry.Kind == EntryKind.Link ? EscapedBytes.Of(target ?? parent!.ReadLink(path.Name)) : null,
            SameAs = sameAs,
            User = rules.Owner ? OwnerNames.UserOf(entry.User) : null,
            Group = rules.Owner ? OwnerNames.GroupOf(entry.Group) : null,
            Attributes = rules.Attributes ? Attributes(parent!, path.Name) : null,
            Digest = isFile && rules.Checksum && sameAs is null ? DigestOf(parent!, path.Name) : null,
            Source = isFile
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entry.Device:x}:{entry.Inode:x}:{entry.Size}:{entry.Modified.Seconds}.{entry.Modified.Nanoseconds}")
                : null,
        };
    }

    private bool NeedsParent(FileEntry entry, byte[]? target, string? sameAs)
        => rules.Attributes || (entry.Kind == EntryKind.Link && target is null) || (rules.Checksum && sameAs is null);

    // The path of the first name of the file; null for that itself.
    private string? SameAs(FileEntry entry, RelativePath path)
    {
        if (_linked.TryGetValue((entry.Device, entry.Inode), out string? first))
            return first;
        _linked.Add((entry.Device, entry.Inode), path.Escaped);
        return null;
    }

    // Null if some cannot be read: the receiver must not remove those that it has.
    private static Dictionary<string, byte[]>? Attributes(Folder parent, FileName name)
    {
        AttributeList list = parent.ListAttributes(name);
        return list.IsWhole
            ? list.Found.ToDictionary(attribute => EscapedBytes.Of(attribute.Name), attribute => attribute.Value, StringComparer.Ordinal)
            : null;
    }

    // Of the kind that the user sees.
    private string DigestOf(Folder parent, FileName name)
    {
        using OpenedFile file = parent.OpenRead(name);
        return rules.Sha256 ? FileDigest.Sha256Of(file, cancellationToken) : FileDigest.ChecksumOf(file, cancellationToken);
    }

    private static FaultRecord Fault(TransferSource source, RelativePath path, RelativePath sentAs, string text) => new()
    {
        Path = sentAs.Escaped,
        Text = text,
        FullPath = Folder.Join(source.Parent.FullPath, path.Escaped),
    };

    private static RelativePath Join(RelativePath first, RelativePath second)
        => second.Names.Aggregate(first, (path, name) => path.Append(name));

    private static string Word(EntryKind kind) => kind switch
    {
        EntryKind.Fifo => "a FIFO",
        EntryKind.Socket => "a socket",
        _ => "a device",
    };
}
