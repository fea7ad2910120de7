using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>Records which jobs have begun and how they ended, a line each.</summary>
/// <remarks>
/// After a crash the server still knows which ids were used, and does not start a job twice. A line reaches the system before the job
/// begins. It is not forced to the disk, so a loss of power may lose the last lines.
/// </remarks>
internal sealed class JobJournal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;

    // Guarded by _gate.
    private SafeFileHandle _file;
    private long _length;
    private bool _isInLine;

    private JobJournal(string path, SafeFileHandle file) => (_path, _file, _length) = (path, file, RandomAccess.GetLength(file));

    /// <summary>Lines written since the journal was rewritten.</summary>
    public int Lines { get; private set; }

    /// <summary>Opens the journal to append to it, and reads the lines that are there.</summary>
    /// <param name="path">The file, which is created if it does not exist.</param>
    /// <param name="damaged">Receives a message for each line that cannot be read.</param>
    public static (JobJournal Journal, IReadOnlyList<JournalLine> Lines) Open(string path, Action<string> damaged)
    {
        var lines = new List<JournalLine>();
        int number = 0;
        if (File.Exists(path))
        {
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (line.Length == 0)
                    continue;
                try
                {
                    lines.Add(JsonSerializer.Deserialize(line, JobJson.Default.JournalLine) ?? throw new JsonException("the line is null"));
                }
                catch (JsonException)
                {
                    damaged($"{path} line {number} cannot be read; skipped");
                }
            }
        }

        // The last line may have been cut short. So the next line starts with a line end.
        return (new(path, OpenFile(path)) { _isInLine = number > 0 }, lines);
    }

    /// <summary>Appends a line.</summary>
    /// <exception cref="IOException">There is no room, or the file cannot be written.</exception>
    public void Add(JournalLine line) => Write([.. JsonSerializer.SerializeToUtf8Bytes(line, JobJson.Default.JournalLine), (byte)'\n']);

    /// <summary>Replaces the journal. The lines are enumerated under the lock, so that no line is added meanwhile.</summary>
    public void Rewrite(IEnumerable<JournalLine> lines)
    {
        lock (_gate)
        {
            var text = new StringBuilder();
            foreach (JournalLine line in lines)
                text.Append(JsonSerializer.Serialize(line, JobJson.Default.JournalLine)).Append('\n');
            string aside = $"{_path}.new";
            File.Delete(aside);
            SafeFileHandle file = OpenFile(aside);
            try
            {
                RandomAccess.Write(file, Encoding.UTF8.GetBytes(text.ToString()), 0);
                File.Move(aside, _path, overwrite: true);
            }
            catch
            {
                file.Dispose();
                throw;
            }

            _file.Dispose();
            _file = file;
            _length = RandomAccess.GetLength(_file);
            Lines = 0;
            _isInLine = false;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isInLine)
            {
                RandomAccess.Write(_file, "\n"u8, _length);
                _length++;
            }

            _isInLine = false;
            RandomAccess.Write(_file, bytes, _length);
            _length += bytes.Length;
            Lines++;
        }
    }

    private static SafeFileHandle OpenFile(string path)
        => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read | FileShare.Delete);
}
