using System.Buffers;
using System.Text.Json;
using RemoteShell.Broker.Broadcasts;

namespace RemoteShell.Cli.Broker.Output;

/// <summary>Writes what hosts say about a run: a line of JSON for each.</summary>
/// <param name="output">The target.</param>
internal sealed class ResultLines(Stream output)
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Says that the broker is there: what is published from now on is read.</summary>
    public void WriteReady() => Write("{\"ready\":true}\n"u8);

    /// <summary>Says that the connection to the broker is lost. <see cref="WriteReady"/> follows when it is back.</summary>
    public void WriteLost() => Write("{\"ready\":false}\n"u8);

    public void Write(ReceivedResult result)
    {
        lock (_gate)
        {
            _line.Clear();
            WriteJson(result);
            _line.Write("\n"u8);
            output.Write(_line.WrittenSpan);
            output.Flush();
        }
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            output.Write(line);
            output.Flush();
        }
    }

    private void WriteJson(ReceivedResult result)
    {
        using var json = new Utf8JsonWriter(_line);
        json.WriteStartObject();
        json.WriteNumber("sequence", result.Sequence);
        json.WriteString("host", result.Host);
        if (result.Result.Length > 0)
            json.WriteBase64String("result", result.Result.Span);
        json.WriteEndObject();
    }
}
