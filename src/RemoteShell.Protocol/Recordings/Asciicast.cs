using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Recordings;

/// <summary>Records output as an asciicast, version 3: a header line, then one event in each line.</summary>
/// <remarks>
/// Format: https://docs.asciinema.org/manual/asciicast/v3/. The format is text, so bytes that are not UTF-8 become U+FFFD. A write
/// error ends the recording and nothing else. Events of the kind <c>e</c> have standard error; players ignore kinds that they do not
/// know. Thread-safe.
/// </remarks>
public sealed class Asciicast : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _target;
    private readonly Action<Exception> _failed;

    // Guarded by _gate.
    private readonly Decoder _text = Encoding.UTF8.GetDecoder(), _errorText = Encoding.UTF8.GetDecoder();
    private char[] _characters = new char[4096];
    private long _last;
    private (int, int) _size;
    private bool _hasEnded;

    /// <summary>Starts a recording, and writes the header.</summary>
    /// <param name="target">The file. It is flushed after each event, and disposed with the recording.</param>
    /// <param name="tty">The terminal.</param>
    /// <param name="command">The command that runs on it.</param>
    /// <param name="failed">Called once if a write fails. The recording ends there.</param>
    /// <param name="title">The recording's title. Null: none.</param>
    /// <param name="source">What is recorded. Null: the header does not say it.</param>
    /// <param name="began">When it began. Null: now.</param>
    public Asciicast(
        Stream target,
        TerminalRequest tty,
        string command,
        Action<Exception> failed,
        string? title = null,
        AsciicastSource? source = null,
        DateTimeOffset? began = null)
    {
        ArgumentNullException.ThrowIfNull(tty);
        (_target, _failed) = (target, failed);
        _size = (tty.Columns, tty.Rows);
        var header = new AsciicastHeader(
            Version: 3,
            new(tty.Columns, tty.Rows, tty.Term),
            (began ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds(),
            command,
            title,
            source);
        Write(JsonSerializer.Serialize(header, AsciicastJson.Default.AsciicastHeader));
        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>Records output. The bytes may end inside a character.</summary>
    public void Show(ReadOnlySpan<byte> bytes) => Show(bytes, Stopwatch.GetTimestamp());

    /// <summary>Records output of a moment that is not before that of the last event.</summary>
    /// <param name="bytes">The output. It may end inside a character.</param>
    /// <param name="time">The moment, as <see cref="Stopwatch.GetTimestamp"/> tells it.</param>
    public void Show(ReadOnlySpan<byte> bytes, long time) => Record('o', _text, bytes, time);

    /// <summary>Records standard error of a moment that is not before that of the last event.</summary>
    /// <param name="bytes">The output. It may end inside a character.</param>
    /// <param name="time">The moment, as <see cref="Stopwatch.GetTimestamp"/> tells it.</param>
    public void ShowError(ReadOnlySpan<byte> bytes, long time) => Record('e', _errorText, bytes, time);

    /// <summary>Writes a line that players skip.</summary>
    public void Remark(string text)
    {
        lock (_gate)
            Write($"# {text}");
    }

    private void Record(char kind, Decoder decoder, ReadOnlySpan<byte> bytes, long time)
    {
        lock (_gate)
        {
            int maxCount = Encoding.UTF8.GetMaxCharCount(bytes.Length) + 2;
            if (_characters.Length < maxCount)
                _characters = new char[maxCount];
            int count = decoder.GetChars(bytes, _characters, flush: false);
            if (count > 0)
                Event(kind, new string(_characters, 0, count), time);
        }
    }

    /// <summary>Records a change of the terminal's size. Does nothing if the size is the same.</summary>
    public void Resize(int columns, int rows) => Resize(columns, rows, Stopwatch.GetTimestamp());

    /// <summary>Records a change of the terminal's size at a moment that is not before that of the last event.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="time">The moment, as <see cref="Stopwatch.GetTimestamp"/> tells it.</param>
    public void Resize(int columns, int rows, long time)
    {
        lock (_gate)
        {
            if (_size == (columns, rows))
                return;
            _size = (columns, rows);
            Event('r', string.Create(CultureInfo.InvariantCulture, $"{columns}x{rows}"), time);
        }
    }

    /// <summary>Records the command's exit status.</summary>
    public void Exit(int code) => Exit(code, Stopwatch.GetTimestamp());

    /// <summary>Records the command's exit status at a moment that is not before that of the last event.</summary>
    /// <param name="code">The status.</param>
    /// <param name="time">The moment, as <see cref="Stopwatch.GetTimestamp"/> tells it.</param>
    public void Exit(int code, long time)
    {
        lock (_gate)
            Event('x', code.ToString(CultureInfo.InvariantCulture), time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _hasEnded = true;
            try
            {
                _target.Dispose();
            }
            catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
            {
                // The write that failed was reported.
            }
        }
    }

    private void Event(char kind, string data, long time)
    {
        double interval = Math.Max(0, Stopwatch.GetElapsedTime(_last, time).TotalSeconds);
        _last = Math.Max(_last, time);
        string text = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(data);
        Write(string.Create(CultureInfo.InvariantCulture, $"[{interval:0.000000}, \"{kind}\", \"{text}\"]"));
    }

    private void Write(string line)
    {
        if (_hasEnded)
            return;
        try
        {
            _target.Write(Encoding.UTF8.GetBytes(line + "\n"));
            _target.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // ArgumentOutOfRangeException: the file would exceed the limit of file sizes (EFBIG).
            _hasEnded = true;
            _failed(e);
        }
    }
}
