using System.Text.Json;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Connections as JSON, one object per line; docs/json.md describes the fields.</summary>
internal static class ConnectionsReport
{
    public static void Write(IReadOnlyList<ConnectionEntry> present, Stream target) => JsonLines.Write(present, Fields, target);

    private static void Fields(Utf8JsonWriter json, ConnectionEntry one)
    {
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
    }
}
