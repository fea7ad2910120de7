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
        if (Directory.Exists(full))
            throw new ProcessStartException(126, $"{name}: is a directory");
        if (!File.Exists(full))
            throw new ProcessStartException(127, $"{name}: no such file or directory");
        if (!IsExecutable(full))
            throw new ProcessStartException(126, $"{name}: permission denied (it has no execute bit)");
        return full;
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
