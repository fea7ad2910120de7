using System.Text.Json;
using RemoteShell.Protocol.Files;
using RemoteShell.Server.Files;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>Records which jobs have begun and how they ended, a line each.</summary>
/// <remarks>
/// After a crash the server still knows which ids were used, and does not start a job twice. A line reaches the system before the job
/// begins. It is not forced to the disk, so a loss of power may lose the last lines. A journal that is damaged does not keep the server
/// from starting: what can be read of it counts, and the file is set aside when it is rewritten.
/// </remarks>
internal sealed class JobJournal : IDisposable
{
    /// <summary>Jobs that the journal keeps.</summary>
    public const int MaxRecords = 100_000;

    /// <summary>Bytes of a rewritten journal. Beyond that the jobs that ended first are left out.</summary>
    public const long MaxBytes = 256L << 20;

    private const int BufferBytes = 64 * 1024;

    // How many journals that were set aside are kept.
    private const int MaxSetAside = 3;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Action<string> _warn;

    // Guarded by _gate.
    private FileStream _file;
    private long _length;
    private bool _isInLine;
    private bool _isDamaged;

    private JobJournal(string path, FileStream file, Action<string> warn)
        => (_path, _file, _warn, _length) = (path, file, warn, RandomAccess.GetLength(file.SafeFileHandle));

    /// <summary>Lines written since the journal was rewritten.</summary>
    public int Lines { get; private set; }

    /// <summary>Bytes written since the journal was rewritten.</summary>
    public long Bytes { get; private set; }

    /// <summary>Opens the journal to append to it, and reads what is there.</summary>
    /// <param name="path">The file, which is created if it does not exist.</param>
    /// <param name="warn">Receives a message if something is wrong with the file, now or when it is rewritten.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static (JobJournal Journal, JournalContent Content) Open(string path, Action<string> warn)
    {
        var content = new JournalContent();
        if (TryRead(path, content, warn) is { } reader)
        {
            // The last line may have been cut short. So the next line starts with a line end.
            content.HasGap |= reader.HasFault;
            return (new(path, OpenFile(path), warn) { _isInLine = true, _isDamaged = reader.HasFault }, content);
        }

        SetAside(path, warn);
        return (new(path, OpenFile(path), warn), content);
    }

    /// <summary>Appends a line.</summary>
    /// <exception cref="IOException">There is no room, or the file cannot be written.</exception>
    public void Add(JournalLine line)
    {
        byte[] bytes = Encode(line);
        lock (_gate)
        {
            if (_isInLine)
            {
                RandomAccess.Write(_file.SafeFileHandle, "\n"u8, _length);
                _length++;
            }

            _isInLine = false;
            RandomAccess.Write(_file.SafeFileHandle, bytes, _length);
            _length += bytes.Length;
            Bytes += bytes.Length;
            Lines++;
        }
    }

    /// <summary>Replaces the journal. The lines are enumerated under the lock, so that no line is added meanwhile.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="lastIfLeftOut">Makes one more line, which says that lines were left out.</param>
    /// <returns>How many of the last lines were left out, because the journal would exceed <see cref="MaxBytes"/>.</returns>
    /// <exception cref="IOException">There is no room, or the file cannot be written; the journal is as it was.</exception>
    public int Rewrite(IEnumerable<JournalLine> lines, Func<JournalLine> lastIfLeftOut)
    {
        lock (_gate)
        {
            string aside = $"{_path}.new";
            File.Delete(aside);
            FileStream file = OpenFile(aside);
            long length = 0;
            int leftOut = 0;
            try
            {
                // Not disposed: that would close the file.
                var buffered = new BufferedStream(file, BufferBytes);
                foreach (JournalLine line in lines)
                {
                    byte[] bytes = Encode(line);
                    if (leftOut > 0 || length + bytes.Length > MaxBytes)
                    {
                        leftOut++;
                        continue;
                    }

                    buffered.Write(bytes);
                    length += bytes.Length;
                }

                if (leftOut > 0)
                {
                    byte[] bytes = Encode(lastIfLeftOut());
                    buffered.Write(bytes);
                    length += bytes.Length;
                }

                buffered.Flush();
                if (_isDamaged)
                    SetAside(_path, _warn);
                File.Move(aside, _path, overwrite: true);
            }
            catch
            {
                file.Dispose();
                File.Delete(aside);
                throw;
            }

            _file.Dispose();
            (_file, _length) = (file, length);
            (Lines, Bytes) = (0, 0);
            (_isInLine, _isDamaged) = (false, false);
            return leftOut;
        }
    }

    public void Dispose() => _file.Dispose();

    private static byte[] Encode(JournalLine line)
        => [.. JsonSerializer.SerializeToUtf8Bytes(line, JobJson.Default.JournalLine), (byte)'\n'];

    // Null if nothing can be read at all: there is no such file, or it is of another kind.
    private static JournalReader? TryRead(string path, JournalContent content, Action<string> warn)
    {
        if (!File.Exists(path) || FileKind.IsSpecial(path))
            return null;
        try
        {
            using var file = new FileStream(RegularFile.Open(path), FileAccess.Read, bufferSize: 0);
            JournalReader reader = JournalReader.Read(file, content.Add);
            if (reader.IsTooLong)
                warn($"{path} has {file.Length} bytes; only its last {JournalReader.MaxBytes} bytes were read");
            if (reader.Damaged > 0)
                warn($"{path}: {reader.Damaged} lines cannot be read, from line {reader.FirstDamaged} on; they are skipped");
            if (reader.IsCutShort)
                warn($"{path}: the last line was cut short; it is skipped");
            return reader;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"{path} cannot be read: {e.Message}");
            return null;
        }
    }

    // Keeps what an administrator may want to see. The oldest makes room for the next.
    private static void SetAside(string path, Action<string> warn)
    {
        if (!Path.Exists(path))
            return;
        for (int number = MaxSetAside; number > 0; number--)
        {
            string older = $"{path}.damaged.{number}";
            if (number == MaxSetAside)
                Delete(older);
            Rename(number == 1 ? path : $"{path}.damaged.{number - 1}", older);
        }

        warn($"{path} is damaged, and was renamed to {path}.damaged.1; the server starts with what could be read of it");
    }

    private static void Rename(string from, string to)
    {
        if (Directory.Exists(from))
            Directory.Move(from, to);
        else if (Path.Exists(from))
            File.Move(from, to);
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private static FileStream OpenFile(string path)
    {
        const FileShare Share = FileShare.Read | FileShare.Delete;
        return StateFile.Open(path, new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = Share });
    }
}
