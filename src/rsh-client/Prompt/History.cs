using RemoteShell.Cli.Client.Output;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The lines of earlier prompts, in a file that only its user can read.</summary>
internal sealed class History(string path)
{
    private const int MaxLines = 1000;

    // In characters.
    private const int MaxLineLength = 4096;

    private readonly List<string> _lines = Read(path);

    /// <summary>Opens a history in the state folder.</summary>
    /// <remarks>Moves one that an earlier version kept in the configuration folder there, with a message.</remarks>
    public static History Open(string configurationFolder, string name)
    {
        string folder = RoleFolders.State("client");
        foreach (string moved in StateMigration.Move(configurationFolder, folder, name))
            UserMessages.Say($"moved {Path.Combine(configurationFolder, name)} to {moved}");
        return new(Path.Combine(folder, name));
    }

    /// <summary>The lines, the oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Adds a line, unless it starts with a space, equals the one before, or is too long.</summary>
    public void Add(string line)
    {
        if (line.Length is 0 or > MaxLineLength || line[0] is ' ' || (_lines.Count > 0 && _lines[^1] == line))
            return;
        _lines.Add(line);
        try
        {
            PrivateFile.AppendLine(path, line);
            // Other clients add lines to the same file: rewrite the lines of all of them.
            if (File.ReadLines(path).Count() > 2 * MaxLines)
                PrivateFile.KeepLastLines(path, MaxLines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PrivateFileException)
        {
            // The prompt works without a history file.
        }
    }

    private static List<string> Read(string path)
    {
        try
        {
            return [.. PrivateFile.ReadLines(path).TakeLast(MaxLines)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PrivateFileException)
        {
            return [];
        }
    }
}
