using System.Text;
using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Output;

/// <summary>A command's result and its output as one JSON object.</summary>
internal sealed class JsonReport : IAsyncDisposable
{
    public SpoolStream Output { get; } = new();

    public SpoolStream Error { get; } = new();

    /// <summary>Writes the object of a command that has ended, and a line feed.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="target">Receives the object.</param>
    /// <param name="begins">The offset of the first byte, by stream; null if it is 0.</param>
    public Task WriteAsync(CommandResult result, Stream target, IReadOnlyDictionary<string, long>? begins = null)
        => WriteAsync(json => Head(json, result, begins), target);

    /// <summary>Writes the object of a range of a job's output, and a line feed.</summary>
    public Task WriteAsync(string job, IReadOnlyDictionary<string, LogRange> read, Stream target)
        => WriteAsync(json => Head(json, job, read), target);

    public async ValueTask DisposeAsync()
    {
        await Output.DisposeAsync();
        await Error.DisposeAsync();
    }

    // The output comes last: it can have any size, so it is not kept in memory.
    private async Task WriteAsync(Action<Utf8JsonWriter> fields, Stream target)
    {
        using var head = new MemoryStream();
        await using (var json = new Utf8JsonWriter(head))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteString("stdout_encoding", Output.Complete() ? "utf-8" : "base64");
            json.WriteString("stderr_encoding", Error.Complete() ? "utf-8" : "base64");
            json.WriteEndObject();
        }

        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        await using var text = new StreamWriter(target, utf8, bufferSize: 64 * 1024, leaveOpen: true);
        await text.WriteAsync($"{Encoding.UTF8.GetString(head.ToArray())[..^1]},\"stdout\":\"");
        await Output.WriteJsonAsync(text);
        await text.WriteAsync("\",\"stderr\":\"");
        await Error.WriteJsonAsync(text);
        await text.WriteAsync("\"}\n");
    }

    private static void Head(Utf8JsonWriter json, CommandResult result, IReadOnlyDictionary<string, long>? begins)
    {
        JobsReport.Fields(json, result);
        json.WriteNumber("duration_ms", result.Duration.TotalMilliseconds);
        json.WriteBoolean("verified", true);
        WriteStreams(json, result.Streams, begins);
        if (result.Usage is { } usage)
            WriteUsage(json, usage);
        json.WriteStartArray("held");
        foreach (string name in result.Held)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void Head(Utf8JsonWriter json, string job, IReadOnlyDictionary<string, LogRange> read)
    {
        json.WriteString("job", job);
        json.WriteBoolean("verified", true);
        Dictionary<string, StreamTotal> totals = read.ToDictionary(
            stream => stream.Key, stream => new StreamTotal(stream.Value.To, stream.Value.Digest), StringComparer.Ordinal);
        WriteStreams(
            json,
            totals,
            read.ToDictionary(stream => stream.Key, stream => stream.Value.From, StringComparer.Ordinal));
    }

    private static void WriteStreams(
        Utf8JsonWriter json, IReadOnlyDictionary<string, StreamTotal> streams, IReadOnlyDictionary<string, long>? begins)
    {
        json.WriteStartObject("streams");
        foreach ((string name, StreamTotal total) in streams)
        {
            json.WriteStartObject(name);
            if (begins is not null)
                json.WriteNumber("from", begins.GetValueOrDefault(name));
            json.WriteNumber("total", total.Total);
            json.WriteString("digest", total.Digest);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, ResourceUse usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("user_ms", usage.User);
        json.WriteNumber("system_ms", usage.System);
        json.WriteEndObject();
    }
}
