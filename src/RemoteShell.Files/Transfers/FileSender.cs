using System.Security.Cryptography;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Sends the content of files, one after the other.</summary>
/// <param name="writer">To the receiver.</param>
/// <param name="rules">How content is sent.</param>
/// <param name="tally">Counts the bytes.</param>
internal sealed class FileSender(RecordWriter writer, TransferRules rules, TransferTally tally)
{
    private readonly byte[] _piece = new byte[RecordWriter.MaxBody];
    private readonly RateLimit _limit = new(rules.Rate);
    private readonly PieceCompressor? _compressor = rules.Compress ? new() : null;

    /// <summary>Sends a file from an offset on. Stops without an end when the receiver has given it up.</summary>
    public async Task SendAsync(OfferedEntry offered, long from, Func<bool> isWanted, CancellationToken cancellationToken)
    {
        EndOfFileRecord end;
        try
        {
            using Folder parent = offered.Source.Parent.OpenFolder(offered.Path.Parent);
            using OpenedFile file = parent.OpenRead(offered.Path.Name);
            if (!IsSame(file.Entry, offered.Entry))
                throw new FileException(FileFault.Changed, offered.Record.Path, "it was changed after it was found");
            tally.Begin(offered);
            offered.Moved += from;
            tally.FindPresent(offered.Record.Path, from);
            if (await SendContentAsync(offered, file, from, isWanted, cancellationToken).ConfigureAwait(false) is not { } whole)
                return;
            end = whole;
        }
        catch (FileException e)
        {
            end = new() { Id = offered.Record.Id, Fault = e.Reason };
        }

        await writer.WriteAsync(end, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a stream to its end. Stops without an end when the receiver has given it up.</summary>
    /// <param name="record">What the receiver was told.</param>
    /// <param name="content">The stream. What it has sent so far is passed on while it waits for more.</param>
    /// <param name="givenUp">Cancelled when the receiver has given the file up.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    public async Task SendAsync(EntryRecord record, Stream content, CancellationToken givenUp, CancellationToken cancellationToken)
    {
        var digest = new PieceDigest();
        using IncrementalHash? sha256 = rules.Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        _compressor?.Begin();
        int count;
        do
        {
            ValueTask<int> reading = content.ReadAsync(_piece, givenUp);
            if (!reading.IsCompleted)
                await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            count = await reading.ConfigureAwait(false);
            if (count > 0)
            {
                await SendPieceAsync(record, _piece.AsMemory(0, count), digest, sha256, cancellationToken).ConfigureAwait(false);
                tally.Move(record.Path, count);
            }
        }
        while (count > 0);
        await writer.WriteAsync(EndOf(record, digest, sha256) with { Size = digest.Length }, cancellationToken).ConfigureAwait(false);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    // Null if the receiver has given the file up.
    private async Task<EndOfFileRecord?> SendContentAsync(
        OfferedEntry offered, OpenedFile file, long from, Func<bool> isWanted, CancellationToken cancellationToken)
    {
        EntryRecord record = offered.Record;
        var digest = new PieceDigest();
        using IncrementalHash? sha256 = rules.Sha256 ? await HashAsync(file, from, cancellationToken).ConfigureAwait(false) : null;
        _compressor?.Begin();
        long offset = from, start = from, end = from;
        while (offset < record.Size)
        {
            if (!isWanted())
                return null;
            // Once for each part: some file systems look at all of the part to find its end.
            if (offset >= end)
                (start, end) = file.NextData(offset) ?? (record.Size, record.Size);
            start = Math.Min(start, record.Size);
            if (start > offset)
            {
                offered.Sent += start - offset;
                await SendHoleAsync(record, start - offset, digest, sha256, cancellationToken).ConfigureAwait(false);
                Move(offered, start - offset);
                offset = start;
                continue;
            }

            int count = file.Read(offset, _piece.AsSpan(0, (int)Math.Min(_piece.Length, Math.Min(end, record.Size) - offset)));
            if (count == 0)
            {
                string reason = $"it became shorter while it was read: {offset} of {record.Size} bytes";
                throw new FileException(FileFault.Changed, record.Path, reason);
            }

            // Before: a part of the piece may arrive although this fails.
            offered.Sent += count;
            await SendPieceAsync(record, _piece.AsMemory(0, count), digest, sha256, cancellationToken).ConfigureAwait(false);
            Move(offered, count);
            offset += count;
        }

        if (record.Size == 0 && file.Read(0, _piece.AsSpan(0, 1)) > 0)
            throw new FileException(FileFault.NotRegular, record.Path, "it has content, but its size is 0, as in /proc; read it with cat");
        if (file.HasChanged())
            throw new FileException(FileFault.Changed, record.Path, "it was changed while it was read");
        return EndOf(record, digest, sha256);
    }

    private static EndOfFileRecord EndOf(EntryRecord record, PieceDigest digest, IncrementalHash? sha256) => new()
    {
        Id = record.Id,
        Checksum = digest.Checksum,
        Sha256 = sha256 is null ? null : FileDigest.Sha256Text(sha256),
    };

    private async Task SendPieceAsync(
        EntryRecord record, ReadOnlyMemory<byte> piece, PieceDigest digest, IncrementalHash? sha256, CancellationToken cancellationToken)
    {
        digest.Append(piece.Span);
        sha256?.AppendData(piece.Span);
        ReadOnlyMemory<byte> body = piece;
        int size = 0;
        if (_compressor?.TryCompress(piece.Span) is { } compressed)
            (body, size) = (compressed, piece.Length);
        await _limit.TakeAsync(body.Length, cancellationToken).ConfigureAwait(false);
        await writer.WriteAsync(new DataRecord(record.Id, size), body, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendHoleAsync(
        EntryRecord record, long size, PieceDigest digest, IncrementalHash? sha256, CancellationToken cancellationToken)
    {
        digest.AppendZeros(size);
        if (sha256 is not null)
            Zeros.AppendTo(sha256, size, cancellationToken);
        await writer.WriteAsync(new HoleRecord(record.Id, size), cancellationToken).ConfigureAwait(false);
    }

    private void Move(OfferedEntry offered, long count)
    {
        offered.Moved += count;
        tally.Move(offered.Record.Path, count);
    }

    // The hash is that of the whole file, so what the receiver has already is read once.
    private async Task<IncrementalHash> HashAsync(OpenedFile file, long length, CancellationToken cancellationToken)
    {
        IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long offset = 0; offset < length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = file.Read(offset, _piece.AsSpan(0, (int)Math.Min(_piece.Length, length - offset)));
            if (count == 0)
                break;
            hash.AppendData(_piece.AsSpan(0, count));
            offset += count;
            await Task.Yield();
        }

        return hash;
    }

    private static bool IsSame(FileEntry now, FileEntry then)
        => (now.Device, now.Inode, now.Size, now.Modified) == (then.Device, then.Inode, then.Size, then.Modified);
}
