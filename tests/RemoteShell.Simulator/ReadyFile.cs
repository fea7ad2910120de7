using System.CommandLine;
using RemoteShell.Protocol;

namespace RemoteShell.Simulator;

/// <summary>The file of <c>--ready-file</c>, which scripts wait for.</summary>
internal static class ReadyFile
{
    private const string Hint = "choose a file in a folder of this user, on a disk with room, with --ready-file FILE";

    private static readonly Option<string?> Path = new("--ready-file")
    {
        Description = "Write the process id into this file when no message is missed any more. An old file is removed at the start.",
        HelpName = "FILE",
    };

    public static void AddTo(Command command) => command.Add(Path);

    /// <summary>Removes the file of an earlier start.</summary>
    /// <exception cref="RemoteShellException">It cannot be removed, or its folder does not exist.</exception>
    public static void Remove(ParseResult parsed)
    {
        if (parsed.GetValue(Path) is not { } path)
            return;
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot remove {path}: {e.Message}", e) { Hint = Hint };
        }
    }

    /// <summary>Writes the process id into the file.</summary>
    /// <exception cref="RemoteShellException">It cannot be written.</exception>
    public static void Write(ParseResult parsed)
    {
        if (parsed.GetValue(Path) is not { } path)
            return;
        // Written aside and moved, so that a program that waits for the file does not read half of it.
        string aside = $"{System.IO.Path.GetFullPath(path)}.{Environment.ProcessId}";
        try
        {
            File.WriteAllText(aside, $"{Environment.ProcessId}\n");
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(aside))
                File.Delete(aside);
            throw new RemoteShellException($"cannot write {path}: {e.Message}", e) { Hint = Hint };
        }
    }
}
