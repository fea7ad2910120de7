using System.Text;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Files;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Lets folder and exported variables last from one line of a prompt to the next, although each line is a process of its own.</summary>
/// <remarks>The state is the client's: it comes back in a stream and is sent along with the next line. So nothing here outlives a line, and a prompt survives its connection.</remarks>
internal static class PromptLineScript
{
    // The line is an argument and never becomes part of the script, so it needs no quoting.
    private const string Script = """__rsh_state=$1 __rsh_line=$2; shift 2; trap '{ printf "%s\0" "${PWD:-$(pwd)}"; /usr/bin/env -0; } > "$__rsh_state.part" && mv "$__rsh_state.part" "$__rsh_state"' EXIT; eval "$__rsh_line" """;

    private static readonly string[] PosixShells = ["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "busybox", "yash"];

    /// <summary>What is not UTF-8 cannot be carried, and must not come back as something else.</summary>
    public static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Linux gives an environment 2 MiB at most.
    private const int MaxState = 4 * 1024 * 1024;

    // These tell the shell's own doings, or differ from job to job.
    private static readonly string[] NotTheUsers = ["PWD", "SHLVL", "_", "RSH_JOB", "RSH_CLIENT"];

    public static (string Program, IReadOnlyList<string> Arguments) Wrap(string shell, string line, string stateFile)
        => (PosixShells.Contains(Path.GetFileName(shell)) ? shell : "/bin/sh", ["-c", Script, "sh", stateFile, line]);

    /// <summary>What the line left behind; null where it ended before it could say.</summary>
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
            if (entry.IndexOf('=', StringComparison.Ordinal) is > 0 and int equals)
                now[entry[..equals]] = entry[(equals + 1)..];
        var changed = now.Where(pair => !NotTheUsers.Contains(pair.Key) && (!login.TryGetValue(pair.Key, out string? old) || old != pair.Value));
        var gone = login.Keys.Where(name => !NotTheUsers.Contains(name) && !now.ContainsKey(name));
        return new(entries[0], changed.ToDictionary(StringComparer.Ordinal), [.. gone]);
    }
}
