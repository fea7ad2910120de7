using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The words of the prompt itself. They begin with a colon, so that they never take a word from the shell.</summary>
internal static class LocalCommands
{
    private const string Leave = ":exit", LeaveToo = ":quit", ShowHelp = ":help";

    /// <summary>The words, and what each does.</summary>
    public static IReadOnlyDictionary<string, string> Summaries { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [":attach"] = "show a job's output",
        [Leave] = "leave the prompt",
        [":get"] = "download a file",
        [ShowHelp] = "show the words and keys of the prompt",
        [":jobs"] = "list your jobs",
        [":kill"] = "end a job",
        [LeaveToo] = "leave the prompt",
    };

    // How a word that a subcommand runs is used, and how many arguments it takes without options.
    private static readonly Dictionary<string, (string Usage, int Least, int Most)> Usages = new(StringComparer.Ordinal)
    {
        [":get"] = (":get FILE [LOCAL]", 1, 2),
        [":jobs"] = (":jobs [--running]", 0, 0),
        [":attach"] = (":attach JOB", 1, 1),
        [":kill"] = (":kill [--signal=NAME] JOB", 1, 1),
    };

    /// <summary>The words.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Summaries.Keys];

    /// <summary>What <c>:help</c> shows about the prompt.</summary>
    public static string Help { get; } = """
        Each line runs in the shell at the server. cd, variables and functions persist.
        While a quote, a bracket, an 'if' or a heredoc is open, more lines follow.
        A line that begins with a space is not kept in the history.

        Words of the prompt:
          :get FILE [LOCAL]   download a file          :get my\ dir/log.txt
          :jobs               list your jobs           :jobs --running
          :attach JOB         show a job's output      :attach 5f0c
          :kill JOB           end a job                :kill --signal=TERM 5f0c
          :help               show this help
          :exit, :quit        same as Ctrl+D on an empty line
          !COMMAND            run a command on this terminal: !vim notes.txt
                              It gets all keys that are typed while it runs.
                              With a blank, ! is the shell's negation: ! true
        jobs, kill and exit mean what they mean in a shell: jobs | wc -l
        'help' lists the commands of the server: calc, upper, time, who. A
        function or an alias of the same name goes before. 'help cd' is bash's.

        Keys:
          Tab                 complete a command, a file or a variable
          Right               accept the suggestion at the end of the line
          Up, Down            show the commands that ran at this server
          Ctrl+R              search all earlier commands; again: an older one
          Alt+.               insert the last word of the command before
          Ctrl+X Ctrl+E       edit the command in $EDITOR
          Ctrl+A, Ctrl+E      go to the start, to the end of the line
          Ctrl+W              cut the word before the cursor
          Ctrl+U, Ctrl+K      cut what is before, what is behind the cursor
          Ctrl+Y, Ctrl+_      insert what was cut, undo
          Ctrl+L              clear the screen
          Ctrl+C              drop the line, or interrupt the command
        """;

    /// <summary>The word of the prompt that the line begins with; null if the line is for the shell.</summary>
    /// <remarks>A colon alone, and a colon with another word, are the shell's.</remarks>
    public static string? WordOf(string line)
    {
        string text = line.TrimStart(' ', '\t', '\n');
        int end = text.AsSpan().IndexOfAny(' ', '\t', '\n');
        string first = end < 0 ? text : text[..end];
        return Names.Contains(first) ? first : null;
    }

    /// <summary>Whether the line leaves the prompt.</summary>
    /// <exception cref="FormatException">The line has more words.</exception>
    public static bool Leaves(string line) => WordOf(line) is Leave or LeaveToo && HasNoArguments(line);

    /// <summary>Whether the line asks for <see cref="Help"/>.</summary>
    /// <exception cref="FormatException">The line has more words.</exception>
    public static bool AsksForHelp(string line) => WordOf(line) is ShowHelp && HasNoArguments(line);

    /// <summary>The line as arguments for this program; null if the line is not for a subcommand of this program.</summary>
    /// <param name="line">The typed line. Its quotes and backslashes have their meaning in a shell.</param>
    /// <param name="host">The server, as the user named it.</param>
    /// <param name="folder">The remote folder; null for the user's home.</param>
    /// <exception cref="FormatException">The line has operators or expansions, or an open quote.</exception>
    public static IReadOnlyList<string>? Arguments(string line, string host, string? folder) => WordOf(line) switch
    {
        null or Leave or LeaveToo or ShowHelp => null,
        ":get" => WithRemoteFile(CountedWords(line), host, folder),
        _ => WithHost(CountedWords(line), host),
    };

    private static bool HasNoArguments(string line)
    {
        string[] words = Words(line);
        return words.Length == 1 ? true : throw new FormatException($":{words[0]} takes no arguments");
    }

    private static string[] CountedWords(string line)
    {
        string name = WordOf(line)!;
        string[] words = Words(line);
        (string usage, int least, int most) = Usages[name];
        int given = words.Skip(1).Count(word => !word.StartsWith('-') || word == "-");
        bool asksForHelp = words.Contains("--help") || words.Contains("-h");
        if (given < least && !asksForHelp)
            throw new FormatException($"{name} needs an argument; usage: {usage}");
        return given <= most ? words : throw new FormatException($"{name} takes fewer arguments; usage: {usage}");
    }

    // The words without quotes; the first one without its colon.
    private static string[] Words(string line)
    {
        string name = WordOf(line)!;
        string text = line.Trim('\n');
        ShellLexer lexer = ShellLexer.Lex(text);
        if (lexer.Verdict() == SyntaxVerdict.Incomplete)
            throw new FormatException($"a quote is open after {name}");
        var words = new List<string>();
        foreach (ShellToken token in lexer.Tokens.Where(token => token.Depth == 0))
        {
            string raw = text.Substring(token.Start, token.Length);
            switch (token.Kind)
            {
                case TokenKind.Command or TokenKind.Word:
                    words.Add(ShellWord.Unquote(raw));
                    break;
                case TokenKind.Comment:
                    break;
                case TokenKind.Quoted when !raw.StartsWith('"') || !raw.Contains('$', StringComparison.Ordinal):
                    break;
                default:
                    string shown = raw.Replace("\n", "\\n", StringComparison.Ordinal);
                    throw new FormatException($"{name} {Refusal(token.Kind, raw)}; quote '{shown}' if it is part of a name");
            }
        }

        words[0] = words[0][1..];
        return [.. words];
    }

    private static string Refusal(TokenKind kind, string raw) => kind switch
    {
        TokenKind.Newline => "takes no other commands after it",
        TokenKind.Operator when !raw.StartsWith('|') => "takes no other commands after it",
        TokenKind.Operator or TokenKind.Redirection or TokenKind.Descriptor => "takes no pipes or redirections",
        _ => "does not expand variables or commands",
    };

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
