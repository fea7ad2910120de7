using System.Buffers;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Files.Partials;

/// <summary>A file that is being written, and that gets its name only when it is whole. It resumes after any interruption.</summary>
/// <remarks>
/// <para>The content is in a hidden file beside the target, <c>.rsh-partial-</c> and 16 hex digits. From 2 MiB on, a record beside it
/// has a line with a checksum for each piece of 2 MiB, written after the piece. A process that is killed loses what is after the last
/// line. After a crash of the machine only the pieces count that were on the disk before they were recorded, which happens every
/// 64 MiB.</para>
/// <para>Not safe for use by several threads. All methods throw <see cref="FileException"/> if the file system refuses; what was
/// recorded before stays.</para>
/// </remarks>
public sealed class PartialFile : IDisposable
{
    /// <summary>The length of a piece in bytes. A file below this length has no record until <see cref="Keep"/>.</summary>
    public const int PieceLength = 2 * 1024 * 1024;

    /// <summary>After this many bytes the data and the record are written to the disk.</summary>
    public const int SyncLength = 64 * 1024 * 1024;

    private readonly Folder _folder;
    private readonly FileName _target;
    private readonly FileName _name;
    private readonly SafeFileHandle _file;
    private readonly RecordHead _head;
    private readonly string _text;
    private readonly List<Piece> _unrecorded = [];
    private PartialRecord? _record;
    private long _pieceStart;
    private uint _pieceChecksum;
    private uint _checksumBefore;
    private long _synced;
    private bool _isFolderSynced;
    private bool _hasRecordedPiece;
    private bool _isEnded;

    private PartialFile(Folder folder, FileName target, FileName name, SafeFileHandle file, RecordHead head)
    {
        _folder = folder;
        _target = target;
        _name = name;
        _file = file;
        _head = head;
        _text = folder.TextOf(target);
    }

    /// <summary>The bytes of an earlier transfer of the same source that are kept, and that need not be sent again.</summary>
    public long From { get; private set; }

    /// <summary>CRC-32C of the bytes that are kept.</summary>
    public uint FromChecksum { get; private set; }

    /// <summary>Whether the partial file of another source, or of another version of this source, was dropped.</summary>
    public bool HasStartedOver { get; private set; }

    /// <summary>The bytes of the file so far, with <see cref="From"/> and holes.</summary>
    public long Length { get; private set; }

    /// <summary>The content that was in the partial file when it was opened, in bytes without holes, whether it is kept or not.</summary>
    internal long FoundContent { get; private set; }

    /// <summary>Whether the partial file stays for a later transfer when it is disposed.</summary>
    internal bool CanResume => !_isEnded && _hasRecordedPiece;

    /// <summary>CRC-32C of all bytes so far; a hole counts as zeros.</summary>
    public uint Checksum => Crc32C.Combine(_checksumBefore, _pieceChecksum, Length - _pieceStart);

    /// <summary>Opens the partial file of a target, and locks it. The caller disposes it.</summary>
    /// <param name="parent">The folder of the target. It may be closed before this file.</param>
    /// <param name="target">The name that the file gets when it is whole.</param>
    /// <param name="source">What will be written.</param>
    /// <param name="size">The size of the source in bytes.</param>
    /// <exception cref="FileException"><see cref="FileFault.Locked"/>: another transfer writes the same target.</exception>
    public static PartialFile Open(Folder parent, FileName target, SourceIdentity source, long size)
        => Open(parent, target, source, size, BootId.Current);

    /// <summary>Opens the partial file of a target in a certain boot of the machine.</summary>
    internal static PartialFile Open(Folder parent, FileName target, SourceIdentity source, long size, string boot)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        FolderOpener.RequireLinux();
        FileName name = PartialName.Of(target);
        Folder folder = parent.Duplicate();
        SafeFileHandle? file = null;
        PartialFile? partial = null;
        try
        {
            file = PartialLock.Take(folder, name, folder.TextOf(target));
            var head = new RecordHead { Version = RecordHead.CurrentVersion, Source = source.Text, Size = size, Boot = boot };
            partial = new(folder, target, name, file, head);
            partial.Resume();
            return partial;
        }
        catch
        {
            partial?._record?.Dispose();
            file?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        RequireOpen();
        while (bytes.Length > 0)
        {
            int count = (int)Math.Min(bytes.Length, _pieceStart + PieceLength - Length);
            ReadOnlySpan<byte> part = bytes[..count];
            FileWrites.Write(_file, Length, part, _text);
            Extend(Crc32C.Compute(part), count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Appends a hole: zeros that need no space on the disk.</summary>
    public void Skip(long count)
    {
        RequireOpen();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count < PieceLength)
        {
            while (count > 0)
            {
                long part = Math.Min(count, _pieceStart + PieceLength - Length);
                Extend(ZeroChecksum.Of(part), part);
                count -= part;
            }

            return;
        }

        // A long hole is a piece of its own, so that the record of a sparse file stays short.
        EndPiece(PieceKind.Data);
        Length += count;
        _pieceChecksum = ZeroChecksum.Of(count);
        EndPiece(PieceKind.Hole);
        RecordPieces();
    }

    /// <summary>Reads bytes that were written, also those of an earlier transfer.</summary>
    /// <returns>How many bytes were read; fewer than asked for only at <see cref="Length"/>.</returns>
    public int Read(long offset, Span<byte> buffer)
    {
        RequireOpen();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset >= Length)
            return 0;
        buffer = buffer[..(int)Math.Min(buffer.Length, Length - offset)];
        int count = FileReads.Read(_file, offset, buffer, _text);
        // A hole at the end is not in the file yet.
        buffer[count..].Clear();
        return buffer.Length;
    }

    /// <summary>Measures the content so far, in bytes without holes.</summary>
    internal long MeasureContent()
    {
        RequireOpen();
        return ContentSize.Of(_file, _text);
    }

    /// <summary>Measures the content that <see cref="Commit"/> removes from the target, in bytes without holes.</summary>
    internal long MeasureReplaced() => ContentSize.FreedBy(_folder, _target);

    /// <summary>Gives the file its attributes and its name, in place of a file or link that has it, and releases the lock.</summary>
    /// <returns>What could not be set.</returns>
    /// <exception cref="FileException"><see cref="FileFault.IsFolder"/>: a folder has the name.</exception>
    /// <remarks>If it fails, the partial file is still there: call it again, or <see cref="Keep"/> or <see cref="Drop"/>.</remarks>
    public UnsetMetadata Commit(FileAttributesToSet attributes, FsyncMode fsync)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        RequireOpen();
        FileWrites.SetLength(_file, Length, _text);
        UnsetMetadata unset = AttributeSetter.Set(_file, attributes, _text);
        if (fsync == FsyncMode.File)
            FileWrites.Flush(_file, _text);
        _folder.Rename(_name, _folder, _target);
        // If the process is killed here, the record is left without its partial file, and counts for nothing.
        if (_record is not null)
            RemoveIfThere(RecordName);
        if (fsync == FsyncMode.File)
            _folder.Flush();
        Close();
        return unset;
    }

    /// <summary>Records what was written to the last byte, leaves the partial file for later, and releases the lock.</summary>
    public void Keep()
    {
        RequireOpen();
        EndPiece(PieceKind.Data);
        if (_unrecorded.Count > 0)
            WriteRecord();
        Close();
    }

    /// <summary>Deletes the partial file and its record, and releases the lock.</summary>
    public void Drop()
    {
        RequireOpen();
        RemoveFiles();
        Close();
    }

    /// <summary>Deletes the partial file and its record, as far as that is possible, and releases the lock.</summary>
    internal void TryDrop()
    {
        if (_isEnded)
            return;
        TryRemove();
        Close();
    }

    /// <summary>Releases the lock. Keeps the partial file if at least one piece is recorded, otherwise deletes it.</summary>
    public void Dispose()
    {
        if (_isEnded)
            return;
        if (!_hasRecordedPiece)
            TryRemove();
        Close();
    }

    // A small file has no record.
    private FileName RecordName => PartialName.RecordOf(_name);

    private void RequireOpen() => ObjectDisposedException.ThrowIf(_isEnded, this);

    private void Close()
    {
        _isEnded = true;
        _record?.Dispose();
        PartialLock.Release(_file);
        _folder.Dispose();
    }

    private void RemoveFiles()
    {
        // The record first: a record without its file would be taken for that of the next file.
        RemoveIfThere(RecordName);
        RemoveIfThere(_name);
    }

    // If the folder is read-only or gone, the files stay, and are removed with the stale ones.
    private bool TryRemove()
    {
        try
        {
            RemoveFiles();
            return true;
        }
        catch (FileException)
        {
            return false;
        }
    }

    private void RemoveIfThere(FileName name)
    {
        if (_folder.TryStat(name) is not null)
            _folder.Remove(name);
    }

    // Finds out what of an earlier transfer can be kept.
    private void Resume()
    {
        FileEntry entry = StatReader.Read(_file, _text);
        if (entry.Size == 0)
            return;
        FoundContent = ContentSize.Of(_file, _text);
        PartialRecord? record = TryOpenRecord();
        RecordState? state = record?.TryRead();
        bool isSame = state is not null && state.Head.Source == _head.Source && state.Head.Size == _head.Size;
        HasStartedOver = state is not null && !isSame;
        int kept = isSame ? CountTrusted(state!, entry.Size) : 0;
        if (kept == 0)
        {
            record?.Dispose();
            RemoveIfThere(RecordName);
            FileWrites.SetLength(_file, 0, _text);
            return;
        }

        _record = record;
        _hasRecordedPiece = true;
        Piece last = state!.Pieces[kept - 1];
        record!.CutAfter(last);
        if (state.Boot != _head.Boot)
            record.AddBoot(_head.Boot);
        FileWrites.SetLength(_file, last.End, _text);
        foreach (Piece piece in state.Pieces[..kept])
            _checksumBefore = Crc32C.Combine(_checksumBefore, piece.Checksum, piece.End - piece.Start);
        From = Length = _pieceStart = last.End;
        FromChecksum = _checksumBefore;
        _synced = Math.Min(state.Synced, last.End);
    }

    // A record that is a link or a folder is not ours.
    private PartialRecord? TryOpenRecord()
    {
        try
        {
            return PartialRecord.TryOpen(_folder, RecordName);
        }
        catch (FileException e) when (e.Fault is FileFault.LinkLoop or FileFault.IsFolder or FileFault.Denied)
        {
            return null;
        }
    }

    private int CountTrusted(RecordState state, long size)
    {
        long written = Math.Min(size, _head.Size);
        long limit = state.Boot == _head.Boot ? written : Math.Min(written, state.Synced);
        int count = state.Pieces.FindLastIndex(piece => piece.End <= limit) + 1;
        while (count > 0 && !IsIntact(state.Pieces[count - 1]))
            count--;
        return count;
    }

    private bool IsIntact(Piece piece)
    {
        if (piece.Kind == PieceKind.Data)
            return HasChecksum(piece.Start, piece.End, piece.Checksum);
        // The blocks at both ends of a hole may contain bytes of its neighbours. More data is not a hole.
        long read = 0;
        for (long at = piece.Start; FileReads.NextData(_file, at, _text) is { } data && data.Start < piece.End; at = data.End)
        {
            long end = Math.Min(data.End, piece.End);
            read += end - data.Start;
            if (read > PieceLength || !HasChecksum(data.Start, end, ZeroChecksum.Of(end - data.Start)))
                return false;
        }

        return true;
    }

    private bool HasChecksum(long start, long end, uint checksum)
    {
        if (end - start > PieceLength)
            return false;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            Span<byte> bytes = buffer.AsSpan(0, (int)(end - start));
            return FileReads.Read(_file, start, bytes, _text) == bytes.Length && Crc32C.Compute(bytes) == checksum;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Extend(uint checksum, long count)
    {
        _pieceChecksum = Crc32C.Combine(_pieceChecksum, checksum, count);
        Length += count;
        if (Length - _pieceStart < PieceLength)
            return;
        EndPiece(PieceKind.Data);
        RecordPieces();
    }

    private void EndPiece(PieceKind kind)
    {
        if (Length == _pieceStart)
            return;
        _unrecorded.Add(new(kind, _pieceStart, Length, _pieceChecksum, 0, 0));
        _checksumBefore = Crc32C.Combine(_checksumBefore, _pieceChecksum, Length - _pieceStart);
        _pieceStart = Length;
        _pieceChecksum = 0;
    }

    private void RecordPieces()
    {
        WriteRecord();
        if (_pieceStart - _synced < SyncLength)
            return;
        FileWrites.FlushData(_file, _text);
        if (!_isFolderSynced)
        {
            _folder.Flush();
            _isFolderSynced = true;
        }

        _record!.AddSynced(_pieceStart);
        _synced = _pieceStart;
    }

    private void WriteRecord()
    {
        // A hole at the end is part of the file only now. Earlier, the length follows from the bytes after it.
        FileWrites.SetLength(_file, _pieceStart, _text);
        _record ??= PartialRecord.Create(_folder, RecordName, _head);
        while (_unrecorded.Count > 0)
        {
            if (_unrecorded[0].Kind == PieceKind.Hole)
                _record.AddHole(_unrecorded[0].End);
            else
                _record.AddPiece(_unrecorded[0].End, _unrecorded[0].Checksum);
            _unrecorded.RemoveAt(0);
            _hasRecordedPiece = true;
        }
    }
}
