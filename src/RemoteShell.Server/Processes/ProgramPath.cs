using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes;

/// <summary>Finds a program as a shell does.</summary>
internal static class ProgramPath
{
    /// <summary>The folders of the system's own programs, separated by colons.</summary>
    public const string SystemFolders = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Returns the program's path: searches the folders if the name has no slash, else starts at the working directory.</summary>
    /// <exception cref="ProcessStartException">The program does not exist, or cannot be run.</exception>
    public static string Resolve(string name, string path, string workingDirectory)
    {
        if (!name.Contains('/', StringComparison.Ordinal) && !OperatingSystem.IsWindows())
            return Find(name, path) ?? throw new ProcessStartException(127, $"{name}: command not found");

        string full = Path.Combine(workingDirectory, name);
        if (Fault(full) is { } fault)
            throw new ProcessStartException(Path.Exists(full) ? 126 : 127, $"{name}: {fault}");
        return full;
    }

    /// <summary>Returns why the file cannot be executed; null if it can.</summary>
    public static string? Fault(string path)
    {
        if (Directory.Exists(path))
            return "is a directory";
        if (!File.Exists(path))
            return "no such file or directory";
        if (!IsExecutable(path))
            return "permission denied (it has no execute bit)";
        return OperatingSystem.IsWindows() || FileCalls.Access(path, FileCalls.MayExecute) == 0
            ? null
            : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
    }

    /// <summary>Returns the first program of that name in the folders, which colons separate; null if there is none.</summary>
    public static string? Find(string name, string path) => path
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(IsExecutable);

    /// <summary>Whether the path is a file with an execute bit, for any user.</summary>
    public static bool IsExecutable(string path)
        => File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);
}
