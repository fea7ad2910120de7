using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Audit;

/// <summary>Appends lines to the files of an audit journal. For one caller at a time.</summary>
internal sealed class AuditWriter : IDisposable
{
    private readonly AuditFolder _folder;
    private readonly JsonBuffer _json = new();
    private FileStream _file;

    // Of _file, whose property seeks.
    private SafeFileHandle _handle;
    private long _length;

    // The number of the first line of the present file.
    private long _first;
    private long _number;
    private string _digest;

    // The last line was cut short: a line end goes before the next one.
    private bool _isInLine;

    private AuditWriter(AuditFolder folder, FileStream file, AuditTail tail)
    {
        (_folder, _file, _handle, _number, _digest) = (folder, file, file.SafeFileHandle, tail.Number, tail.Digest);
        _length = RandomAccess.GetLength(_handle);
        _isInLine = _length > 0 && tail.IsInLine;
        Torn = tail.Torn;
    }

    /// <summary>Bytes of the present file.</summary>
    public long Length => _length;

    /// <summary>How many lines at the end could not be read when the journal was opened.</summary>
    public int Torn { get; }

    /// <summary>Opens the journal, and makes its folder if there is none. The journal goes on where it ends.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static AuditWriter Open(AuditFolder folder)
    {
        PrivateFolder.CreateOrRestrict(folder.Path);
        AuditTail tail = AuditTail.Read(folder);
        FileStream file = OpenFile(folder.Current);
        var writer = new AuditWriter(folder, file, tail);
        try
        {
            writer._first = writer._length == 0 ? tail.Number + 1 : FirstOf(folder.Current, tail.Number);
            return writer;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends a line, with its number, its time, and the digest of the line before it.</summary>
    /// <returns>The bytes of the line, without its line end, until the next one is appended.</returns>
    /// <exception cref="IOException">It cannot be written; the journal is as it was.</exception>
    public ReadOnlySpan<byte> Append(AuditLine line, DateTimeOffset time)
    {
        int start = BeginLine();
        AuditLineWriter.Append(_json, line, _number + 1, time, _digest);
        return EndLine(start);
    }

    /// <summary>Appends a line that signs all before it.</summary>
    /// <returns>The bytes of the line, without its line end, until the next one is appended.</returns>
    /// <exception cref="IOException">It cannot be written; the journal is as it was.</exception>
    public ReadOnlySpan<byte> AppendSeal(Identity identity)
    {
        var seal = new AuditLine
        {
            Event = AuditEvent.Seal,
            Number = _number + 1,
            Time = DateTimeOffset.UtcNow,
            Previous = _digest,
            HostKey = identity.PublicKey.ToString(),
        };
        byte[] signed = AuditSeal.Sign(seal, identity);
        int start = BeginLine();
        _json.Append(signed);
        return EndLine(start);
    }

    /// <summary>Begins a new file. Beyond a number of full files, the oldest is deleted.</summary>
    /// <exception cref="IOException">The file cannot be replaced.</exception>
    public void Rotate(int fullFiles)
    {
        Flush();
        Replace();
        IReadOnlyList<string> full = _folder.Full();
        foreach (string old in full.Take(full.Count - fullFiles))
            File.Delete(old);
    }

    /// <summary>Whether the present file was removed or renamed by somebody else.</summary>
    public bool IsGone() => !File.Exists(_folder.Current);

    /// <summary>Begins a new file in the place of one that is gone.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public void Reopen() => Replace();

    /// <summary>Forces what was written to the disk. Any thread may call it.</summary>
    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (ObjectDisposedException)
        {
            // The file was replaced, and forced to the disk before.
        }
    }

    public void Dispose() => _file.Dispose();

    private void Replace()
    {
        // First: without a descriptor for it, the present file stays.
        string aside = $"{_folder.Current}.new";
        File.Delete(aside);
        FileStream next = OpenFile(aside);
        try
        {
            // It is not there if somebody has removed it, or if the second move has failed before.
            if (File.Exists(_folder.Current))
                File.Move(_folder.Current, _folder.FullName(_first));
            File.Move(aside, _folder.Current);
        }
        catch
        {
            next.Dispose();
            throw;
        }

        _file.Dispose();
        (_file, _handle, _length, _first, _isInLine) = (next, next.SafeFileHandle, 0, _number + 1, false);
    }

    private int BeginLine()
    {
        _json.Clear();
        if (_isInLine)
            _json.Append((byte)'\n');
        return _json.Written.Length;
    }

    private ReadOnlySpan<byte> EndLine(int start)
    {
        string digest = RawAuditLine.DigestOf(_json.Written[start..]);
        _json.Append((byte)'\n');
        WriteOut(_json.Written);
        _isInLine = false;
        _number++;
        _digest = digest;
        return _json.Written[start..^1];
    }

    private void WriteOut(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, _length);
        }
        catch
        {
            // A part may have been written.
            TryCut();
            throw;
        }

        _length += bytes.Length;
    }

    private void TryCut()
    {
        try
        {
            RandomAccess.SetLength(_handle, _length);
        }
        catch (IOException)
        {
            // The next line is written over it.
        }
    }

    private static long FirstOf(string path, long otherwise)
    {
        using FileStream file = AuditLines.Open(path);
        return AuditLines.Read(file).Select(raw => AuditLine.TryParse(raw.Bytes)?.Number).FirstOrDefault() ?? otherwise;
    }

    private static FileStream OpenFile(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
