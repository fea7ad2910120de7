using System.Text.Encodings.Web;
using System.Text.Json;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client;

/// <summary>Connections as JSON, an object in each line; docs/json.md tells the fields.</summary>
internal static class PresenceReport
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IReadOnlyList<PresentInfo> present, Stream target)
    {
        using var lines = new MemoryStream();
        foreach (PresentInfo one in present)
        {
            using (var json = new Utf8JsonWriter(lines, Relaxed))
                Write(json, one);
            lines.WriteByte((byte)'\n');
        }

        target.Write(lines.GetBuffer(), 0, (int)lines.Length);
    }

    private static void Write(Utf8JsonWriter json, PresentInfo one)
    {
        json.WriteStartObject();
        json.WriteNumber("id", one.Id);
        json.WriteString("name", one.Name);
        json.WriteString("since", DateTimeOffset.FromUnixTimeMilliseconds(one.Since));
        json.WriteNumber("idle_ms", one.Idle);
        json.WriteBoolean("own", one.Own);
        if (one.From is { } from)
            json.WriteString("from", from);
        if (one.Doing is { } doing)
        {
            json.WriteStartArray("doing");
            foreach (string words in doing)
                json.WriteStringValue(words);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
