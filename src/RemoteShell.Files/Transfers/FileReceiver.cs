using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Files.Transfers;

/// <summary>Writes the content of files beside their place, and puts them there when they are whole and verified.</summary>
/// <param name="rules">How content is received.</param>
/// <param name="target">Where it goes.</param>
/// <param name="places">Where the files go.</param>
/// <param name="tally">Counts the bytes.</param>
internal sealed class FileReceiver(TransferRules rules, TransferTarget target, FilePlaces places, TransferTally tally)
{
    // A smaller file leaves nothing behind that a later transfer could go on with. Only larger ones are opened before their content comes.
    private const long LeastKept = 2 * 1024 * 1024;

    private const string StartedOver = "started over, because the source has changed since a part of it had arrived";

    private readonly byte[] _plain = new byte[RecordWriter.MaxBody];
    private readonly EntryMetadata _metadata = new(rules);

    /// <summary>Returns the offset of the first byte that is needed.</summary>
    /// <exception cref="FileException">The file cannot be received.</exception>
    public async ValueTask<long> BeginAsync(ReceivingFile file, CancellationToken cancellationToken)
    {
        try
        {
            if (file.Record.Size >= LeastKept || IsPartLeft(file))
                await OpenAsync(file, cancellationToken).ConfigureAwait(false);
            if (target.Quota.IsLimited)
                Charge(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        long from = file.Partial?.From ?? 0;
        tally.FindPresent(file.Path.Escaped, from);
        return from;
    }

    /// <summary>Opens and locks the partial file, unless that is done. A transfer that has the lock, and no client, is ended.</summary>
    /// <exception cref="FileException"><see cref="FileFault.Locked"/>: a transfer with a client writes the file.</exception>
    public async ValueTask OpenAsync(ReceivingFile file, CancellationToken cancellationToken)
    {
        if (file.Partial is not null)
            return;
        using EntryPlace place = places.Locate(file.Path);
        // A partial file of another stream is not continued.
        string source = file.Record.IsStream ? $"stream {Guid.NewGuid():N}" : file.Record.Source ?? "";
        file.Partial = await OpenAsync(place, file, new(source), cancellationToken).ConfigureAwait(false);
        file.Charge.Open(file.Partial);
        if (rules.Sha256 && file.Partial.From == 0)
            file.Sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    /// <summary>Writes bytes to a file that is open.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="size">Their number before compression; 0: they are not compressed.</param>
    public void Write(ReceivingFile file, ReadOnlySequence<byte> bytes, int size)
    {
        ReadOnlySequence<byte> plain = size == 0 ? bytes : new(Decompress(bytes, size));
        if (plain.Length > MaxLength(file) - file.Partial!.Length)
            throw new RecordException($"{file.Record.Path} is longer than its {file.Record.Size} bytes");
        file.Charge.Write(plain.Length);
        foreach (ReadOnlyMemory<byte> part in plain)
        {
            file.Partial.Write(part.Span);
            file.Sha256?.AppendData(part.Span);
        }

        tally.Move(file.Path.Escaped, plain.Length);
    }

    /// <summary>Leaves a hole in a file that is open.</summary>
    public void Skip(ReceivingFile file, long count, CancellationToken cancellationToken)
    {
        if (count <= 0 || count > MaxLength(file) - file.Partial!.Length)
            throw new RecordException($"a hole of {count} bytes in {file.Record.Path}");
        file.Partial.Skip(count);
        if (file.Sha256 is { } hash)
            Zeros.AppendTo(hash, count, cancellationToken);
        tally.Move(file.Path.Escaped, count);
    }

    /// <summary>Verifies the file, and puts it at its place.</summary>
    /// <exception cref="FileException">It is not what was sent, or it cannot be put there.</exception>
    public async ValueTask<TransferItem> FinishAsync(ReceivingFile file, EndOfFileRecord end, CancellationToken cancellationToken)
    {
        if (end.Fault is { } fault)
        {
            file.Partial?.Drop();
            throw new FileException(FileFault.Changed, file.Record.Path, fault);
        }

        await OpenAsync(file, cancellationToken).ConfigureAwait(false);
        PartialFile partial = file.Partial!;
        string? digest = Verify(file, partial, end, cancellationToken);
        EntryOwner owner = _metadata.OwnerOf(file.Record);
        var attributes = new FileAttributesToSet
        {
            Mode = file.Record.IsStream ? ModeForStream(file) : EntryMetadata.ModeOf(file.Record, owner.IsKnown),
            Modified = file.Record.IsStream ? null : EntryMetadata.TimeOf(file.Record),
            User = owner.User,
            Group = owner.Group,
            Attributes = rules.Attributes ? EntryMetadata.AttributesOf(file.Record) : null,
        };
        UnsetMetadata unset = owner.IsKnown ? UnsetMetadata.None : UnsetMetadata.Owner;
        file.Charge.Commit(partial, () => unset |= partial.Commit(attributes, rules.Fsync ? FsyncMode.File : FsyncMode.None));
        return new()
        {
            Path = file.Path.Escaped,
            Outcome = TransferOutcome.Transferred,
            Size = partial.Length,
            Kept = partial.From,
            Digest = digest,
            Unset = unset,
            Reason = partial.HasStartedOver ? StartedOver : null,
        };
    }

    // A stream has no mode of its own. That of the file which it replaces may keep others out.
    private int ModeForStream(ReceivingFile file)
    {
        using EntryPlace place = places.Locate(file.Path);
        return place.Parent.TryStat(place.Name) is { Kind: EntryKind.File } old ? old.Mode : file.Record.Mode;
    }

    // What an earlier transfer has left for this target takes of the quota until the partial file is opened.
    private bool IsPartLeft(ReceivingFile file)
    {
        if (!target.Quota.IsLimited)
            return false;
        using EntryPlace place = places.Locate(file.Path);
        return place.Parent.TryStat(PartialName.Of(place.Name)) is not null;
    }

    private void Charge(ReceivingFile file)
    {
        using EntryPlace place = places.Locate(file.Path);
        file.Charge.Begin(file.Record.Size - file.Record.Holes, ContentSize.FreedBy(place.Parent, place.Name));
    }

    private string Verify(ReceivingFile file, PartialFile partial, EndOfFileRecord end, CancellationToken cancellationToken)
    {
        long size = file.Record.IsStream ? end.Size : file.Record.Size;
        if (partial.Length != size || !HasArrived(partial, end.Checksum))
        {
            partial.Drop();
            string reason = $"what arrived is not what was sent: {partial.Length} of {size} bytes";
            throw new FileException(FileFault.Changed, file.Record.Path, reason);
        }

        if (!rules.Sha256)
            return new Checksum(partial.Checksum).ToString();
        string sha256 = FileDigest.Sha256Text(file.Sha256 ?? HashAgain(partial, cancellationToken));
        if (sha256 == end.Sha256)
            return sha256;
        partial.Drop();
        throw new FileException(FileFault.Changed, file.Record.Path, "the SHA-256 of what arrived is not that of the source");
    }

    // The sender's checksum is that of the bytes that it sent.
    private static bool HasArrived(PartialFile partial, string? sent)
        => Checksum.TryParse(Encoding.ASCII.GetBytes(sent ?? ""), out Checksum checksum)
            && Crc32C.Combine(partial.FromChecksum, checksum.Value, partial.Length - partial.From) == partial.Checksum;

    // The beginning was there before, so the file is read once.
    private IncrementalHash HashAgain(PartialFile partial, CancellationToken cancellationToken)
    {
        IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long offset = 0; offset < partial.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = partial.Read(offset, _plain.AsSpan(0, (int)Math.Min(_plain.Length, partial.Length - offset)));
            if (count == 0)
                break;
            hash.AppendData(_plain.AsSpan(0, count));
            offset += count;
        }

        return hash;
    }

    private async ValueTask<PartialFile> OpenAsync(
        EntryPlace place, ReceivingFile file, SourceIdentity source, CancellationToken cancellationToken)
    {
        FileEntry folder = place.Parent.Self();
        var held = new HeldFile(folder.Device, folder.Inode, place.Name);
        while (true)
        {
            Task? freed;
            try
            {
                PartialFile partial = PartialFile.Open(place.Parent, place.Name, source, file.Record.Size);
                target.Holder?.Add(held);
                file.Released = () => target.Holder?.Remove(held);
                return partial;
            }
            catch (FileException e) when (e.Fault == FileFault.Locked)
            {
                freed = target.Holder?.TryFree(held);
                if (freed is null)
                    throw;
            }

            await freed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static long MaxLength(ReceivingFile file) => file.Record.IsStream ? long.MaxValue : file.Record.Size;

    private ReadOnlyMemory<byte> Decompress(ReadOnlySequence<byte> bytes, int size)
    {
        ReadOnlySpan<byte> compressed = bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray();
        if (size <= _plain.Length && BrotliDecoder.TryDecompress(compressed, _plain, out int count) && count == size)
            return _plain.AsMemory(0, count);
        throw new RecordException("compressed bytes that are damaged");
    }
}
