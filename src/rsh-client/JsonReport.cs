using System.Text;
using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client;

/// <summary>A command's result and its output as one JSON object.</summary>
internal sealed class JsonReport : IAsyncDisposable
{
    public Spool Output { get; } = new();

    public Spool Error { get; } = new();

    /// <summary>Writes the object and a line's end; the output comes last in it, since it can be of any size.</summary>
    public async Task WriteAsync(CommandResult result, Stream target)
    {
        string[] encodings = [Output.Complete() ? "utf-8" : "base64", Error.Complete() ? "utf-8" : "base64"];
        string head = Encoding.UTF8.GetString(Head(result, encodings));
        await using var text = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024, leaveOpen: true);
        await text.WriteAsync($"{head[..^1]},\"stdout\":\"");
        await Output.WriteJsonAsync(text);
        await text.WriteAsync("\",\"stderr\":\"");
        await Error.WriteJsonAsync(text);
        await text.WriteAsync("\"}\n");
    }

    public async ValueTask DisposeAsync()
    {
        await Output.DisposeAsync();
        await Error.DisposeAsync();
    }

    private static byte[] Head(CommandResult result, string[] encodings)
    {
        using var head = new MemoryStream();
        using (var json = new Utf8JsonWriter(head))
        {
            json.WriteStartObject();
            json.WriteString("job", result.JobId);
            json.WriteString("outcome", result.Outcome);
            json.WriteNumber("exit", result.ExitCode);
            if (result.Signal is { } signal)
                json.WriteString("signal", signal);
            if (result.Reason is { } reason)
                json.WriteString("reason", reason);
            json.WriteNumber("duration_ms", result.Duration.TotalMilliseconds);
            json.WriteBoolean("verified", true);
            WriteStreams(json, result.Streams);
            if (result.Usage is { } usage)
                WriteUsage(json, usage);
            json.WriteStartArray("held");
            foreach (string name in result.Held)
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteString("stdout_encoding", encodings[0]);
            json.WriteString("stderr_encoding", encodings[1]);
            json.WriteEndObject();
        }

        return head.ToArray();
    }

    private static void WriteStreams(Utf8JsonWriter json, IReadOnlyDictionary<string, StreamTotal> streams)
    {
        json.WriteStartObject("streams");
        foreach ((string name, StreamTotal total) in streams)
        {
            json.WriteStartObject(name);
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
