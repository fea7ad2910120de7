using System.Globalization;
using System.Text;
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

        string text = Encoding.UTF8.GetString(lines.GetBuffer(), 0, (int)lines.Length);
        target.Write(Encoding.UTF8.GetBytes(Escape(text)));
    }

    // The framework's encoder leaves changes of direction as they are.
    private static string Escape(string json)
    {
        if (json.All(IsPlain))
            return json;
        var escaped = new StringBuilder(json.Length + 64);
        foreach (char c in json)
            _ = IsPlain(c) ? escaped.Append(c) : escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        return escaped.ToString();

        static bool IsPlain(char c) => c == '\n' || UserMessages.IsSafe(c);
    }
}
