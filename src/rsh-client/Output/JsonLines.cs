using System.Text.Encodings.Web;
using System.Text.Json;

namespace RemoteShell.Cli.Client.Output;

/// <summary>JSON for scripts: one object per line.</summary>
internal static class JsonLines
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object for each item, in a single write.</summary>
    public static void Write<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> fields, Stream target)
    {
        using var lines = new MemoryStream();
        foreach (T item in items)
        {
            using (var json = new Utf8JsonWriter(lines, Relaxed))
            {
                json.WriteStartObject();
                fields(json, item);
                json.WriteEndObject();
            }

            lines.WriteByte((byte)'\n');
        }

        target.Write(lines.GetBuffer(), 0, (int)lines.Length);
    }
}
