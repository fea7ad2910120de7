using System.Globalization;
using System.Text;
using System.Text.Json;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Chat;

/// <summary>Formats the events of a room as lines.</summary>
internal static class ChatScreen
{
    /// <summary>A line for people.</summary>
    public static string Line(ChatEntry line) => $"{Time(line.Time)} {UserMessages.OneLine(line.Name)}{What(line)}";

    /// <summary>Writes a line for scripts; docs/json.md describes the fields.</summary>
    public static void WriteJson(ChatEntry line, Stream target) => JsonLines.Write([line], Fields, target);

    /// <summary>Writes a line for people.</summary>
    public static void Write(ChatEntry line, Stream target) => target.Write(Encoding.UTF8.GetBytes($"{Line(line)}\n"));

    private static string What(ChatEntry line) => line.Event switch
    {
        ChatEvent.Said => $": {UserMessages.Printable(line.Text ?? "")}",
        ChatEvent.Joined => $" joined; {line.Count} here: {Present(line)}",
        ChatEvent.Left => " left",
        ChatEvent.Dropped => " was disconnected: it read too slowly",
        _ => $" {UserMessages.OneLine(line.Event)}",
    };

    private static string Present(ChatEntry line)
    {
        string names = UserMessages.OneLine(string.Join(", ", line.Present ?? []));
        return line.Count > line.Present?.Count ? $"{names}, …" : names;
    }

    private static string Time(long milliseconds)
    {
        // The server may send a time outside of DateTime: it must not end the chat.
        DateTime time = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, 253_402_300_799_999)).LocalDateTime;
        return time.ToString(time.Date == DateTime.Today ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static void Fields(Utf8JsonWriter json, ChatEntry line)
    {
        json.WriteString("event", line.Event);
        json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(line.Time, 0, 253_402_300_799_999)));
        json.WriteString("name", line.Name);
        json.WriteString("member", line.Member);
        if (line.Text is { } text)
            json.WriteString("text", text);
        if (line.Present is not { } present)
            return;
        json.WriteNumber("count", line.Count);
        json.WriteStartArray("present");
        foreach (string name in present)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
