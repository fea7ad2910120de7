using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Converts an entry of the history to a line of its file, and back.</summary>
/// <remarks>
/// JSON lines: an entry of several lines is one line of the file, so that clients that append at the same time do not mix their entries.
/// A line that is not such an object is a command of the plain format of earlier versions.
/// </remarks>
internal static class HistoryFormat
{
    private static readonly HistoryJson Json = new(new JsonSerializerOptions
    {
        // The file is for people too: quotes and characters that are not ASCII stay as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });

    /// <summary>The entry as a line, without its end.</summary>
    public static string Write(HistoryEntry entry) => JsonSerializer.Serialize(entry, Json.HistoryEntry);

    /// <summary>The entry of a line.</summary>
    public static HistoryEntry Read(string line)
    {
        if (!line.StartsWith("{\"", StringComparison.Ordinal))
            return new() { Text = line };
        try
        {
            HistoryEntry? entry = JsonSerializer.Deserialize(line, Json.HistoryEntry);
            return entry is { Text: not null } or { Id: not null, Status: not null } ? entry : new() { Text = line };
        }
        catch (JsonException)
        {
            return new() { Text = line };
        }
    }
}
