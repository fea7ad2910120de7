using System.Diagnostics;
using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The user's own editor, for Ctrl+X Ctrl+E.</summary>
internal static class ExternalEditor
{
    /// <summary>Lets the user edit a text; null if the editor fails.</summary>
    public static string? Edit(string text)
    {
        // Only the user can read a temporary folder that is created this way.
        string folder = Directory.CreateTempSubdirectory("rsh-client-").FullName;
        string file = Path.Combine(folder, "line.sh");
        try
        {
            File.WriteAllText(file, $"{text}\n");
            using LocalTerminal terminal = LocalTerminal.Enter(TerminalMode.Unchanged);
            // $EDITOR may have options.
            using var process = Process.Start("/bin/sh", ["-c", $"{Name()} \"$1\"", "sh", file]);
            process.WaitForExit();
            return process.ExitCode == 0 ? File.ReadAllText(file).TrimEnd('\n') : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Name()
    {
        string? visual = Environment.GetEnvironmentVariable("VISUAL"), editor = Environment.GetEnvironmentVariable("EDITOR");
        if (!string.IsNullOrEmpty(visual))
            return visual;
        return string.IsNullOrEmpty(editor) ? "vi" : editor;
    }
}
