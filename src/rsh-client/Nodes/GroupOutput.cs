using System.Diagnostics;
using System.Text;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Nodes;

/// <summary>Runs the command of a <c>GroupCommand</c>.</summary>
internal static class GroupOutput
{
    private const string Variable = "GROUP";

    // In characters, of each stream.
    private const int MaxLength = 16 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>What the command prints.</summary>
    /// <exception cref="RemoteShellException">It fails, prints too much, or does not end within a minute.</exception>
    public static string Of(ConfiguredGroup group)
    {
        // The input of this program is not for the command.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec </dev/null; eval \"$1\"", "sh", group.Definition.Value])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = group.Definition.Name;
        using Process process = Process.Start(start)!;
        Task<string?> output = ReadAsync(process.StandardOutput), error = ReadAsync(process.StandardError);
        if (!Task.WaitAll([output, error], Limit) || !process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw Failure(group, $"has not ended within {Limit.TotalSeconds:0} s");
        }

        if (output.Result is null)
            throw Failure(group, $"prints more than {MaxLength:N0} characters");
        string said = UserMessages.OneLine((error.Result ?? "").Trim());
        return process.ExitCode == 0
            ? output.Result
            : throw Failure(group, $"exited with {process.ExitCode}{(said.Length > 0 ? ": " : "")}{said}");
    }

    // Null if it is too long: then the stream is closed, which ends the command.
    private static async Task<string?> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        char[] block = new char[16 * 1024];
        while (await reader.ReadAsync(block) is > 0 and var count)
        {
            if (text.Length + count > MaxLength)
            {
                reader.Dispose();
                return null;
            }

            text.Append(block, 0, count);
        }

        return text.ToString();
    }

    private static RemoteShellException Failure(ConfiguredGroup group, string what)
    {
        (string name, string command) = group.Definition;
        return new($"{group.Place}: the command of the group '{name}' {what}")
        {
            Hint = $"try it: {Variable}={name} sh -c '{command.Replace("'", @"'\''", StringComparison.Ordinal)}'",
        };
    }
}
