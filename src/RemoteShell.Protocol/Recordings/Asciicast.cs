using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Recordings;

/// <summary>Writes what a terminal shows as an asciicast, version 3: a header, and an event in each line, as it happens.</summary>
/// <remarks>The format: https://docs.asciinema.org/manual/asciicast/v3/. It is text: bytes that are no UTF-8 become U+FFFD. What cannot be written
/// ends the recording, and nothing else. Thread-safe.</remarks>
public sealed class Asciicast : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _target;
    private readonly Action<Exception> _failed;

    // Under _gate.
    private readonly Decoder _text = Encoding.UTF8.GetDecoder();
    private char[] _characters = new char[4096];
    private long _last;
    private (int, int) _size;
    private bool _isOver;

    /// <summary>Begins a recording.</summary>
    /// <param name="target">Where it goes; it is flushed behind each event, and disposed of with the recording.</param>
    /// <param name="tty">The terminal.</param>
    /// <param name="command">What runs on it.</param>
    /// <param name="failed">Told once where something cannot be written; the recording ends there.</param>
    /// <param name="title">Whose it is, or what it is about; null: nothing is said.</param>
    public Asciicast(Stream target, TerminalRequest tty, string command, Action<Exception> failed, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(tty);
        (_target, _failed) = (target, failed);
        _size = (tty.Columns, tty.Rows);
        Write(JsonSerializer.Serialize(new(3, new(tty.Columns, tty.Rows, tty.Term), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), command, title), AsciicastJson.Default.AsciicastHeader));
        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>The terminal shows these bytes, which may end inside a character.</summary>
    public void Show(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            int most = Encoding.UTF8.GetMaxCharCount(bytes.Length) + 2;
            if (_characters.Length < most)
                _characters = new char[most];
            int count = _text.GetChars(bytes, _characters, flush: false);
            if (count > 0)
                Event('o', new string(_characters, 0, count));
        }
    }

    /// <summary>The terminal has another size.</summary>
    public void Resize(int columns, int rows)
    {
        lock (_gate)
        {
            if (_size == (columns, rows))
                return;
            _size = (columns, rows);
            Event('r', string.Create(CultureInfo.InvariantCulture, $"{columns}x{rows}"));
        }
    }

    /// <summary>The command has ended.</summary>
    public void Exit(int code)
    {
        lock (_gate)
            Event('x', code.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            try
            {
                _target.Dispose();
            }
            catch (IOException)
            {
                // It was told when it was written.
            }
        }
    }

    private void Event(char kind, string data)
    {
        long now = Stopwatch.GetTimestamp();
        double interval = Stopwatch.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
        Write(string.Create(CultureInfo.InvariantCulture, $"[{interval:0.000000}, \"{kind}\", \"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(data)}\"]"));
    }

    private void Write(string line)
    {
        if (_isOver)
            return;
        try
        {
            _target.Write(Encoding.UTF8.GetBytes(line + "\n"));
            _target.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isOver = true;
            _failed(e);
        }
    }
}

/// <summary>The first line of an asciicast.</summary>
internal sealed record AsciicastHeader(int Version, AsciicastTerminal Term, long Timestamp, string Command, string? Title);

/// <summary>The terminal of an asciicast.</summary>
internal sealed record AsciicastTerminal(int Cols, int Rows, string Type);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AsciicastHeader))]
internal sealed partial class AsciicastJson : JsonSerializerContext;
