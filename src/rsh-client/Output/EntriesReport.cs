using System.Globalization;
using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Files.Folders;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Remote files and folders, as lines for people or as JSON; docs/json.md describes the fields.</summary>
internal static class EntriesReport
{
    private static readonly UnixFileMode[] Permissions =
    [
        UnixFileMode.UserRead, UnixFileMode.UserWrite, UnixFileMode.UserExecute,
        UnixFileMode.GroupRead, UnixFileMode.GroupWrite, UnixFileMode.GroupExecute,
        UnixFileMode.OtherRead, UnixFileMode.OtherWrite, UnixFileMode.OtherExecute,
    ];

    /// <summary>Writes one JSON object for each entry.</summary>
    public static void WriteJson(IEnumerable<RemoteEntry> entries, Stream target) => JsonLines.Write(entries, Fields, target);

    /// <summary>Writes the JSON object of an operation that was done.</summary>
    public static void WriteDone(string path, string done, Stream target)
        => JsonLines.Write([path], (json, name) => Done(json, name, done), target);

    /// <summary>Writes a line for each entry, as <c>ls -l</c> does: mode, owner, group, size, time and name.</summary>
    public static void WriteLines(IReadOnlyCollection<RemoteEntry> entries, TextWriter target)
    {
        int user = Width(entries, entry => entry.User), group = Width(entries, entry => entry.Group);
        int size = Width(entries, entry => entry.Size.ToString(CultureInfo.InvariantCulture));
        foreach (RemoteEntry entry in entries)
        {
            string name = UserMessages.Line(entry.Path);
            if (entry.Target is { } linked)
                name = $"{name} -> {UserMessages.Line(linked)}";
            string owners = $"{UserMessages.OneLine(entry.User).PadRight(user)} {UserMessages.OneLine(entry.Group).PadRight(group)}";
            string length = entry.Size.ToString(CultureInfo.InvariantCulture).PadLeft(size);
            string time = entry.Modified.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            target.WriteLine($"{ModeOf(entry)} {owners} {length} {time} {name}");
        }
    }

    /// <summary>The kind and the permissions, as <c>ls -l</c> shows them: <c>-rwsr-xr-x</c>.</summary>
    public static string ModeOf(RemoteEntry entry)
    {
        char[] mode = [LetterOf(entry.Kind), .. Permissions.Select((bit, index) => entry.Mode.HasFlag(bit) ? "rwx"[index % 3] : '-')];
        if (entry.Mode.HasFlag(UnixFileMode.SetUser))
            mode[3] = mode[3] == 'x' ? 's' : 'S';
        if (entry.Mode.HasFlag(UnixFileMode.SetGroup))
            mode[6] = mode[6] == 'x' ? 's' : 'S';
        if (entry.Mode.HasFlag(UnixFileMode.StickyBit))
            mode[9] = mode[9] == 'x' ? 't' : 'T';
        return new(mode);
    }

    /// <summary>The word of a kind.</summary>
    public static string WordOf(EntryKind kind) => kind switch
    {
        EntryKind.File => "file",
        EntryKind.Folder => "folder",
        EntryKind.Link => "link",
        EntryKind.Fifo => "fifo",
        EntryKind.Socket => "socket",
        EntryKind.BlockDevice => "block-device",
        _ => "character-device",
    };

    private static int Width(IReadOnlyCollection<RemoteEntry> entries, Func<RemoteEntry, string> text)
        => entries.Select(entry => UserMessages.OneLine(text(entry)).Length).DefaultIfEmpty().Max();

    private static char LetterOf(EntryKind kind) => kind switch
    {
        EntryKind.File => '-',
        EntryKind.Folder => 'd',
        EntryKind.Link => 'l',
        EntryKind.Fifo => 'p',
        EntryKind.Socket => 's',
        EntryKind.BlockDevice => 'b',
        _ => 'c',
    };

    private static void Fields(Utf8JsonWriter json, RemoteEntry entry)
    {
        json.WriteString("path", entry.Path);
        json.WriteString("kind", WordOf(entry.Kind));
        json.WriteNumber("size", entry.Size);
        json.WriteString("mode", $"0{Convert.ToString((int)entry.Mode, 8).PadLeft(3, '0')}");
        json.WriteString("modified", entry.Modified);
        json.WriteString("user", entry.User);
        json.WriteString("group", entry.Group);
        if (entry.Target is { } target)
            json.WriteString("target", target);
    }

    private static void Done(Utf8JsonWriter json, string path, string done)
    {
        json.WriteString("path", path);
        json.WriteBoolean(done, true);
    }
}
