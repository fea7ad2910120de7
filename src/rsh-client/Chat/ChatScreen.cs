using System.Globalization;
using System.Text;
using System.Text.Json;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Chat;

/// <summary>Formats the events of a room as lines.</summary>
internal static class ChatScreen
{
    /// <summary>A line for people.</summary>
    public static string Line(ChatMessage line) => $"{Time(line.Time)} {UserMessages.OneLine(line.Name)}{What(line)}";

    /// <summary>Writes a line for scripts; docs/json.md describes the fields.</summary>
    public static void WriteJson(ChatMessage line, Stream target) => JsonLines.Write([line], Fields, target);

    /// <summary>Writes a line for people.</summary>
    public static void Write(ChatMessage line, Stream target) => target.Write(Encoding.UTF8.GetBytes($"{Line(line)}\n"));

    private static string What(ChatMessage line) => line.Kind switch
    {
        ChatEventKind.Said => $": {UserMessages.Line(line.Text ?? "")}",
        ChatEventKind.Joined => $" joined; {line.PresentCount} here: {Present(line)}",
        ChatEventKind.Left => " left",
        ChatEventKind.Dropped => " was disconnected: it read too slowly",
        _ => $" {UserMessages.OneLine(line.KindName)}",
    };

    private static string Present(ChatMessage line)
    {
        string names = UserMessages.OneLine(string.Join(", ", line.Present ?? []));
        return line.PresentCount > line.Present?.Count ? $"{names}, …" : names;
    }

    private static string Time(DateTimeOffset moment)
    {
        DateTime time = moment.LocalDateTime;
        return time.ToString(time.Date == DateTime.Today ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static void Fields(Utf8JsonWriter json, ChatMessage line)
    {
        json.WriteString("event", line.KindName);
        json.WriteString("time", line.Time);
        json.WriteString("name", line.Name);
        json.WriteString("member", line.Member);
        if (line.Text is { } text)
            json.WriteString("text", text);
        if (line.Present is not { } present)
            return;
        json.WriteNumber("count", line.PresentCount);
        json.WriteStartArray("present");
        foreach (string name in present)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
