using System.Text;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Files;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Carries working directory and exported variables from one line of a prompt to the next.</summary>
/// <remarks>
/// Each line is a process of its own.
/// The client keeps the state: it gets it in a stream, and sends it with the next line. So the server keeps nothing after a line, and a
/// prompt survives its connection.
/// </remarks>
internal static class PromptLineScript
{
    // The line is an argument and does not become part of the script, so it needs no quoting.
    // One line, since some shells print the line number with an error of the user's line.
    private const string Script =
        """__rsh_state=$1 __rsh_line=$2; shift 2; trap '{ printf "%s\0" "${PWD:-$(pwd)}"; /usr/bin/env -0; } """
        + """> "$__rsh_state.part" && mv "$__rsh_state.part" "$__rsh_state"' EXIT; eval "$__rsh_line" """;

    private static readonly string[] PosixShells = ["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "busybox", "yash"];

    /// <summary>UTF-8 that throws at invalid bytes: they cannot be sent to the client, and must not be replaced.</summary>
    public static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // In bytes. The environment of a process has at most 2 MiB on Linux.
    private const int MaxState = 4 * 1024 * 1024;

    // The shell sets these itself, or they differ from job to job.
    private static readonly string[] NotTheUsers = ["PWD", "SHLVL", "_", "RSH_JOB", "RSH_CLIENT"];

    /// <summary>Returns the program that runs the line and writes the state file.</summary>
    public static (string Program, IReadOnlyList<string> Arguments) Wrap(string shell, string line, string stateFile)
        => (PosixShells.Contains(Path.GetFileName(shell)) ? shell : "/bin/sh", ["-c", Script, "sh", stateFile, line]);

    /// <summary>Reads the state after the line; null if the line ended before its shell wrote it.</summary>
    public static ShellState? Read(string stateFile, IReadOnlyDictionary<string, string> login, Encoding encoding)
    {
        if (!File.Exists(stateFile))
            return null;
        using SafeFileHandle file = RegularFile.Open(stateFile);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), MaxState)];
        int length = RandomAccess.Read(file, bytes, 0);
        if (length == MaxState)
            return null;
        string[] entries = encoding.GetString(bytes, 0, length).Split('\0');
        if (entries[0].Length == 0)
            return null;
        var now = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string entry in entries.Skip(1))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                now[entry[..equals]] = entry[(equals + 1)..];
        }

        var changed = now.Where(pair => !NotTheUsers.Contains(pair.Key) && login.GetValueOrDefault(pair.Key) != pair.Value);
        var removed = login.Keys.Where(name => !NotTheUsers.Contains(name) && !now.ContainsKey(name));
        return new(entries[0], changed.ToDictionary(StringComparer.Ordinal), [.. removed]);
    }
}
