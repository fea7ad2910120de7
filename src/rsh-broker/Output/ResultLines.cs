using System.Buffers;
using System.Text.Json;
using RemoteShell.Broker.Broadcasts;

namespace RemoteShell.Cli.Broker.Output;

/// <summary>Writes what hosts say about a run: a line of JSON for each.</summary>
/// <param name="output">The target.</param>
internal sealed class ResultLines(Stream output)
{
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Writes the first line.</summary>
    public Task WriteReadyAsync(CancellationToken cancellationToken)
    {
        _line.Clear();
        _line.Write("{\"ready\":true}\n"u8);
        return FlushAsync(cancellationToken);
    }

    public Task WriteAsync(ReceivedResult result, CancellationToken cancellationToken)
    {
        _line.Clear();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", result.Sequence);
            json.WriteString("host", result.Host);
            if (result.Result.Length > 0)
                json.WriteBase64String("result", result.Result.Span);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        return FlushAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(_line.WrittenMemory, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
