using System.CommandLine.Parsing;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The subcommands of this program that work at a prompt, without the HOST.</summary>
internal static class LocalCommands
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["attach", "get", "jobs", "kill", "exit", "quit"];

    /// <summary>What <c>help</c> shows about the prompt itself.</summary>
    public static string Help { get; } = """
        Each line runs as a command at the server. cd and export persist. The standard input of a line is empty.
          !COMMAND           run COMMAND on this terminal, for programs such as vim
          COMMAND &          detach COMMAND: it outlives this client; 'jobs' lists it
          get FILE [LOCAL]   download a file
          jobs, attach JOB, kill JOB
                             as on the command line (those of the shell: command jobs, /bin/kill)
          exit [N], quit     leave the prompt, as Ctrl+D does
        Tab completes; Tab again lists and selects. Up and Down show earlier lines that start with the typed text.
        Ctrl+R searches the history. Right takes the suggested rest of a line. Alt+Enter starts another row.
        Ctrl+X Ctrl+E opens $EDITOR. The other keys are those of bash.
        Commands of the server:
        """;

    /// <summary>The line as arguments for this program; null if the line is for the server.</summary>
    /// <param name="line">The typed line.</param>
    /// <param name="host">The server, as the user named it.</param>
    /// <param name="folder">The remote folder; null for the user's home.</param>
    public static IReadOnlyList<string>? Arguments(string line, string host, string? folder)
    {
        string[] words = [.. CommandLineParser.SplitCommandLine(line)];
        return words switch
        {
            ["get", ..] => WithRemoteFile(words, host, folder),
            ["jobs", ..] or ["attach", ..] or ["kill", ..] => WithHost(words, host),
            _ => null,
        };
    }

    private static string[] WithRemoteFile(string[] words, string host, string? folder)
    {
        int file = Array.FindIndex(words, 1, word => !word.StartsWith('-'));
        return file < 0 ? words : [.. words[..file], $"{host}:{Absolute(words[file], folder)}", .. words[(file + 1)..]];
    }

    // Inserts the host before the first word that is not an option. An option with a value must be written with '='.
    private static List<string> WithHost(string[] words, string host)
    {
        int first = Array.FindIndex(words, 1, word => !word.StartsWith('-'));
        List<string> all = [.. words];
        all.Insert(first < 0 ? words.Length : first, host);
        return all;
    }

    private static string Absolute(string file, string? folder)
    {
        bool isAbsolute = file.StartsWith('/') || file == "~" || file.StartsWith("~/", StringComparison.Ordinal);
        return folder is null || isAbsolute ? file : $"{folder.TrimEnd('/')}/{file}";
    }
}
