using System.Buffers;
using System.Text.Json;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Output;

/// <summary>A command's result and its output as one JSON object.</summary>
internal sealed class JsonReport : IAsyncDisposable
{
    private const int MinBuffer = 1024, MaxBuffer = 64 * 1024;

    private static readonly byte[] BeforeOutput = ",\"stdout\":\""u8.ToArray();
    private static readonly byte[] BeforeError = "\",\"stderr\":\""u8.ToArray();
    private static readonly byte[] End = "\"}\n"u8.ToArray();

    public SpoolStream Output { get; } = new();

    public SpoolStream Error { get; } = new();

    /// <summary>Writes the object of a command that has ended, and a line feed.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="target">Receives the object.</param>
    /// <param name="begins">The offset of the first byte, by stream; null if it is 0.</param>
    public Task WriteAsync(CommandResult result, Stream target, IReadOnlyDictionary<OutputStream, long>? begins = null)
        => WriteAsync(json => Head(json, result, begins), target);

    /// <summary>Writes the object of a range of a job's output, and a line feed.</summary>
    public Task WriteAsync(string job, IReadOnlyDictionary<OutputStream, LogRange> read, Stream target)
        => WriteAsync(json => Head(json, job, read), target);

    public async ValueTask DisposeAsync()
    {
        await Output.DisposeAsync();
        await Error.DisposeAsync();
    }

    /// <summary>Writes an object with these fields and the output, and a line feed.</summary>
    /// <remarks>The output comes last: it can have any size, so it is not kept in memory.</remarks>
    public async Task WriteAsync(Action<Utf8JsonWriter> fields, Stream target)
    {
        var head = new ArrayBufferWriter<byte>(MinBuffer);
        await using (var json = new Utf8JsonWriter(head))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteString("stdout_encoding", Output.Complete() ? "utf-8" : "base64");
            json.WriteString("stderr_encoding", Error.Complete() ? "utf-8" : "base64");
            json.WriteEndObject();
        }

        // One write for a small object. Large buffers for ten thousand of them would cost more than all else.
        int frame = head.WrittenCount + BeforeOutput.Length + BeforeError.Length + End.Length;
        var buffer = (int)Math.Clamp(frame + Output.Size + Error.Size, MinBuffer, MaxBuffer);
        // It is not disposed: that would close the target.
        var text = new BufferedStream(target, buffer);
        await text.WriteAsync(head.WrittenMemory[..^1]);
        await text.WriteAsync(BeforeOutput);
        await Output.WriteJsonAsync(text);
        await text.WriteAsync(BeforeError);
        await Error.WriteJsonAsync(text);
        await text.WriteAsync(End);
        await text.FlushAsync();
    }

    private static void Head(Utf8JsonWriter json, CommandResult result, IReadOnlyDictionary<OutputStream, long>? begins)
    {
        JobsReport.Fields(json, result);
        json.WriteNumber("duration_ms", result.Duration.TotalMilliseconds);
        json.WriteBoolean("verified", true);
        WriteStreams(json, result.Streams, begins);
        if (result.Usage is { } usage)
            WriteUsage(json, usage);
        json.WriteStartArray("held");
        foreach (OutputStream stream in result.Held)
            json.WriteStringValue(JsonWords.Of(stream));
        json.WriteEndArray();
    }

    private static void Head(Utf8JsonWriter json, string job, IReadOnlyDictionary<OutputStream, LogRange> read)
    {
        json.WriteString("job", job);
        json.WriteBoolean("verified", true);
        WriteStreams(
            json,
            read.ToDictionary(stream => stream.Key, stream => new VerifiedStream(stream.Value.To, stream.Value.Digest)),
            read.ToDictionary(stream => stream.Key, stream => stream.Value.From));
    }

    /// <summary>Writes the field <c>streams</c>.</summary>
    public static void WriteStreams(
        Utf8JsonWriter json,
        IReadOnlyDictionary<OutputStream, VerifiedStream> streams,
        IReadOnlyDictionary<OutputStream, long>? begins)
    {
        json.WriteStartObject("streams");
        foreach ((OutputStream name, VerifiedStream total) in streams)
        {
            json.WriteStartObject(JsonWords.Of(name));
            if (begins is not null)
                json.WriteNumber("from", begins.GetValueOrDefault(name));
            json.WriteNumber("total", total.Bytes);
            json.WriteString("digest", total.Digest);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, ResourceUsage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("user_ms", usage.User.TotalMilliseconds);
        json.WriteNumber("system_ms", usage.System.TotalMilliseconds);
        json.WriteEndObject();
    }
}
