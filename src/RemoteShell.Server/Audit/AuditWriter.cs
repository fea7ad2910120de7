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

    /// <summary>Appends lines by one write, each with its number, the time, and the digest of the line before it.</summary>
    /// <returns>What was written, with line ends. It is valid until more is appended.</returns>
    /// <exception cref="IOException">They cannot be written; the journal is as it was.</exception>
    public ReadOnlySpan<byte> Append(ReadOnlySpan<AuditLine> lines, DateTimeOffset time)
    {
        Begin();
        string digest = _digest;
        long number = _number;
        foreach (AuditLine line in lines)
        {
            int start = _json.Written.Length;
            AuditLineWriter.Append(_json, line.Bounded(), ++number, time, digest);
            digest = EndLine(start);
        }

        return WriteOut(number, digest);
    }

    /// <summary>Appends a line that signs all before it.</summary>
    /// <returns>What was written, with line ends. It is valid until more is appended.</returns>
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
        Begin();
        int start = _json.Written.Length;
        _json.Append(AuditSeal.Sign(seal, identity));
        return WriteOut(seal.Number, EndLine(start));
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

    private void Begin()
    {
        _json.Clear();
        if (_isInLine)
            _json.Append((byte)'\n');
    }

    // Returns the digest of the line.
    private string EndLine(int start)
    {
        string digest = RawAuditLine.DigestOf(_json.Written[start..]);
        _json.Append((byte)'\n');
        return digest;
    }

    private ReadOnlySpan<byte> WriteOut(long number, string digest)
    {
        try
        {
            RandomAccess.Write(_handle, _json.Written, _length);
        }
        catch
        {
            // A part may have been written.
            TryCut();
            throw;
        }

        _length += _json.Written.Length;
        (_number, _digest, _isInLine) = (number, digest, false);
        return _json.Written;
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
