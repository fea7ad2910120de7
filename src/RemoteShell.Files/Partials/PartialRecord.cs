using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Partials;

/// <summary>The record beside a partial file, open for appending lines. Each line is written with one call.</summary>
internal sealed class PartialRecord : IDisposable
{
    private const int OpenFlags = Flags.ReadWrite | Flags.NonBlocking | Flags.NoControllingTerminal | Flags.CloseOnExec;

    private readonly SafeFileHandle _handle;
    private readonly string _text;
    private long _length;
    private uint _check;

    private PartialRecord(SafeFileHandle handle, string text)
    {
        _handle = handle;
        _text = text;
    }

    /// <summary>Creates a record with its first line, and replaces one that exists.</summary>
    public static PartialRecord Create(Folder folder, FileName name, RecordHead head)
    {
        PartialRecord record = TryOpen(folder, name, Flags.Create | Flags.Truncate)
            ?? throw new FileException(FileFault.NotFound, folder.TextOf(name));
        try
        {
            byte[] line = JsonSerializer.SerializeToUtf8Bytes(head, RecordJson.Default.RecordHead);
            record.Append([.. line, (byte)'\n']);
            record._check = RecordLine.CheckOf(line);
            return record;
        }
        catch
        {
            record.Dispose();
            throw;
        }
    }

    /// <summary>Opens a record; null if it does not exist.</summary>
    public static PartialRecord? TryOpen(Folder folder, FileName name) => TryOpen(folder, name, 0);

    /// <summary>Reads all of the record; null if it is not readable as one.</summary>
    public RecordState? TryRead()
    {
        FileEntry entry = StatReader.Read(_handle, _text);
        // 64 bytes for each 2 MiB: 64 MiB are the record of 2 TiB.
        const long maxLength = 64L * 1024 * 1024;
        if (entry.Kind != EntryKind.File || entry.Size > maxLength)
            return null;
        var bytes = new byte[entry.Size];
        int count = FileReads.Read(_handle, 0, bytes, _text);
        return RecordState.TryParse(bytes.AsSpan(0, count));
    }

    /// <summary>Cuts the record after a piece, so that the next line follows it.</summary>
    public void CutAfter(Piece piece)
    {
        FileWrites.SetLength(_handle, piece.RecordLength, _text);
        (_length, _check) = (piece.RecordLength, piece.RecordCheck);
    }

    public void AddPiece(long end, uint checksum)
        => AppendLine(string.Create(CultureInfo.InvariantCulture, $"{RecordLine.Piece} {end} {checksum:x8}"));

    public void AddHole(long end) => AppendLine(string.Create(CultureInfo.InvariantCulture, $"{RecordLine.Hole} {end}"));

    public void AddBoot(string boot) => AppendLine($"{RecordLine.Boot} {boot}");

    /// <summary>Says that the data up to this offset is on the disk, and writes the record itself to the disk.</summary>
    public void AddSynced(long end)
    {
        AppendLine(string.Create(CultureInfo.InvariantCulture, $"{RecordLine.Synced} {end}"));
        FileWrites.FlushData(_handle, _text);
    }

    public void Dispose() => _handle.Dispose();

    private static PartialRecord? TryOpen(Folder folder, FileName name, int flags)
    {
        const uint mode = 0x180;
        SafeFileHandle handle = FileCalls.OpenAt(folder.Handle, name.NulTerminated, OpenFlags | Flags.NoFollow | flags, mode);
        int error = Marshal.GetLastPInvokeError();
        if (!handle.IsInvalid)
            return new(handle, folder.TextOf(name));
        handle.Dispose();
        return error == Errno.NoEntry ? null : throw FileException.Of(error, folder.TextOf(name));
    }

    private void AppendLine(string words)
    {
        uint check = _check;
        byte[] line = RecordLine.Make(words, ref check);
        Append(line);
        _check = check;
    }

    // If it fails, the next line overwrites the rest of this one, which does not have the right check.
    private void Append(byte[] bytes)
    {
        FileWrites.Write(_handle, _length, bytes, _text);
        _length += bytes.Length;
    }
}
