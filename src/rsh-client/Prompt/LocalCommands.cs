using System.CommandLine.Parsing;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The words of a prompt that are this program's own, as on its command line, without the host.</summary>
internal static class LocalCommands
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["attach", "get", "jobs", "kill", "exit", "quit"];

    /// <summary>What <c>help</c> says of the prompt itself.</summary>
    public static string Help { get; } = """
        Lines run there, one after the other; cd and export last. A line's own standard input is empty.
          !COMMAND           run it on this terminal, as vim needs it
          COMMAND &          detach it: it lives without this client; jobs shows it
          get FILE [LOCAL]   fetch a file
          jobs, attach JOB, kill JOB
                             as on the command line (the shell's own: command jobs, /bin/kill)
          exit [N], quit     leave, as does Ctrl+D
        Tab completes, Ctrl+R searches for a line with what was typed, Up and Down go through the last lines.
        The server's own:
        """;

    /// <summary>The line as arguments for this program; null where it is for the server.</summary>
    /// <param name="line">What was typed.</param>
    /// <param name="host">The server, as the user named it.</param>
    /// <param name="folder">The remote folder; null while it is the home.</param>
    public static IReadOnlyList<string>? Arguments(string line, string host, string? folder)
    {
        string[] words = [.. CommandLineParser.SplitCommandLine(line)];
        return words switch
        {
            ["get", ..] when Array.FindIndex(words, 1, word => !word.StartsWith('-')) is > 0 and var file
                => [.. words[..file], $"{host}:{Absolute(words[file], folder)}", .. words[(file + 1)..]],
            ["get", ..] => words,
            ["jobs", ..] or ["attach", ..] or ["kill", ..] => WithHost(words, host),
            _ => null,
        };
    }

    // In front of the first word that is no option; options with a value of their own are written with '='.
    private static List<string> WithHost(string[] words, string host)
    {
        int first = Array.FindIndex(words, 1, word => !word.StartsWith('-'));
        List<string> all = [.. words];
        all.Insert(first < 0 ? words.Length : first, host);
        return all;
    }

    private static string Absolute(string file, string? folder)
        => folder is null || file.StartsWith('/') || file == "~" || file.StartsWith("~/", StringComparison.Ordinal) ? file : $"{folder.TrimEnd('/')}/{file}";
}
