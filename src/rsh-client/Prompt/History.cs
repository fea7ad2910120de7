using System.Text;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The lines of prompts, from one session to the next, in a file that only its user can read.</summary>
internal sealed class History(string path)
{
    private const int Most = 1000;
    private const int LongestLine = 4096;

    private readonly List<string> _lines = Read(path);

    /// <summary>Opens a history in the state folder. One that an earlier version kept in the configuration folder is moved there, with a message.</summary>
    public static History Open(string configurationFolder, string name)
    {
        string folder = RoleFolders.State("client");
        foreach (string moved in StateMigration.Move(configurationFolder, folder, name))
            UserMessages.Say($"moved {Path.Combine(configurationFolder, name)} to {moved}");
        return new(Path.Combine(folder, name));
    }

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Keeps a line, but for one that begins with a space, is as the one before, or is too long to be typed again.</summary>
    public void Add(string line)
    {
        if (line.Length is 0 or > LongestLine || line[0] is ' ' || (_lines.Count > 0 && _lines[^1] == line))
            return;
        _lines.Add(line);
        try
        {
            PrivateFile.AppendLine(path, line);
            // Another session may have added its own: what is rewritten is what all of them left.
            if (File.ReadLines(path).Count() > 2 * Most)
                Shorten();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PrivateFileException)
        {
            // A prompt without memory is still a prompt.
        }
    }

    private void Shorten()
    {
        string aside = $"{path}.short";
        File.Delete(aside);
        if (PrivateFile.TryCreate(aside, Encoding.UTF8.GetBytes(string.Concat(Read(path).Select(line => $"{line}\n")))))
            File.Move(aside, path, overwrite: true);
    }

    private static List<string> Read(string path)
    {
        try
        {
            return [.. PrivateFile.ReadLines(path).TakeLast(Most)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PrivateFileException)
        {
            return [];
        }
    }
}
