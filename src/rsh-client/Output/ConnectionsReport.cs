using System.Text.Json;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Connections as JSON, one object per line; docs/json.md describes the fields.</summary>
internal static class ConnectionsReport
{
    public static void Write(IReadOnlyList<ConnectedClient> present, Stream target) => JsonLines.Write(present, Fields, target);

    private static void Fields(Utf8JsonWriter json, ConnectedClient one)
    {
        json.WriteNumber("id", one.Id);
        json.WriteString("name", one.Name);
        json.WriteString("since", one.Since);
        json.WriteNumber("idle_ms", (long)one.Idle.TotalMilliseconds);
        json.WriteBoolean("own", one.IsOwn);
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
