using System.Text.Encodings.Web;
using System.Text.Json;

namespace RemoteShell.Cli.Client.Output;

/// <summary>JSON as scripts read it: an object in each line.</summary>
internal static class JsonLines
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints an object for each item, all of them at once.</summary>
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
