using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The words of the prompt itself. They begin with a colon, so that they never take a word from the shell.</summary>
internal static class LocalCommands
{
    private const string Leave = ":exit", LeaveToo = ":quit", ShowHelp = ":help", Download = ":get", Upload = ":put";

    // What a pattern of remote files takes for more than itself.
    private const string PatternSigns = "\\'\"*?[]{}~";

    /// <summary>The words, and what each does.</summary>
    public static IReadOnlyDictionary<string, string> Summaries { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [":attach"] = "show a job's output",
        [Leave] = "leave the prompt",
        [Download] = "download files and folders",
        [ShowHelp] = "show the words and keys of the prompt",
        [":jobs"] = "list your jobs",
        [":kill"] = "end a job",
        [Upload] = "upload files and folders",
        [LeaveToo] = "leave the prompt",
    };

    // How a word that a subcommand runs is used, and how many arguments it takes without options.
    private static readonly Dictionary<string, (string Usage, int Least, int Most)> Usages = new(StringComparer.Ordinal)
    {
        [Download] = (":get FILE… [LOCAL]", 1, int.MaxValue),
        [Upload] = (":put FILE… [REMOTE]", 1, int.MaxValue),
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
          :get FILE… [LOCAL]  download files           :get my\ dir/*.log logs
          :put FILE… [REMOTE] upload local files       :put -r ~/site
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

    /// <summary>Whether the words of the line are local files.</summary>
    public static bool TakesLocalFiles(string line) => WordOf(line) == Upload;

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
        Download => DownloadArguments(CountedWords(line), host, folder),
        Upload => UploadArguments(CountedWords(line), host, folder),
        _ => WithHost([.. CountedWords(line).Select(word => ShellWord.Unquote(word))], host),
    };

    private static bool HasNoArguments(string line)
    {
        string[] words = Words(line);
        return words.Length == 1 ? true : throw new FormatException($":{words[0]} takes no arguments");
    }

    private static List<string> CountedWords(string line)
    {
        string name = WordOf(line)!;
        List<string> words = RawWords(line);
        (string usage, int least, int most) = Usages[name];
        int given = words.Skip(1).Count(word => !word.StartsWith('-') || word == "-");
        bool asksForHelp = words.Contains("--help") || words.Contains("-h");
        if (given < least && !asksForHelp)
            throw new FormatException($"{name} needs an argument; usage: {usage}");
        return given <= most ? words : throw new FormatException($"{name} takes fewer arguments; usage: {usage}");
    }

    // The words without quotes; the first one without its colon.
    private static string[] Words(string line) => [.. RawWords(line).Select(word => ShellWord.Unquote(word))];

    // The words with their quotes; the first one without its colon.
    private static List<string> RawWords(string line)
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
                    words.Add(raw);
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
        return words;
    }

    private static string Refusal(TokenKind kind, string raw) => kind switch
    {
        TokenKind.Newline => "takes no other commands after it",
        TokenKind.Operator when !raw.StartsWith('|') => "takes no other commands after it",
        TokenKind.Operator or TokenKind.Redirection or TokenKind.Descriptor => "takes no pipes or redirections",
        _ => "does not expand variables or commands",
    };

    // The last one of several files is local. The others are patterns, which the server reads with the quotes of a shell.
    private static List<string> DownloadArguments(List<string> words, string host, string? folder)
    {
        int last = LastFile(words);
        bool hasTarget = words.FindIndex(1, IsFile) < last;
        bool isPrinted = hasTarget && words[last] == "-";
        List<string> arguments = [];
        for (int i = 0; i < words.Count; i++)
        {
            string plain = ShellWord.Unquote(words[i]);
            if (i == 0 || !IsFile(words[i]))
                arguments.Add(plain);
            else if (hasTarget && i == last)
                arguments.Add(LocalFile(words[i]));
            else
                arguments.Add($"{host}:{(isPrinted ? Absolute(plain, folder) : AbsolutePattern(words[i], folder))}");
        }

        return arguments;
    }

    // The last one of several files is remote; without it, the files go into the remote folder.
    private static List<string> UploadArguments(List<string> words, string host, string? folder)
    {
        int first = words.FindIndex(1, IsFile), last = LastFile(words);
        List<string> arguments = [];
        for (int i = 0; i < words.Count; i++)
        {
            string plain = ShellWord.Unquote(words[i]);
            if (i == 0 || !IsFile(words[i]))
                arguments.Add(plain);
            else
                arguments.Add(i == last && first < last ? $"{host}:{Absolute(plain, folder)}" : LocalFile(words[i]));
        }

        if (first >= 0 && first == last)
            arguments.Add(folder is null ? $"{host}:" : $"{host}:{folder.TrimEnd('/')}/");
        return arguments;
    }

    // -1 if there is none; the first word is the command.
    private static int LastFile(List<string> words)
    {
        int last = words.FindLastIndex(IsFile);
        return last == 0 ? -1 : last;
    }

    private static bool IsFile(string word) => !word.StartsWith('-') || word == "-";

    // Here the tilde is not the server's, and a colon does not end the name of a host.
    private static string LocalFile(string raw)
    {
        string plain = ShellWord.Unquote(raw);
        if (raw == "~" || raw.StartsWith("~/", StringComparison.Ordinal))
            return $"{Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)}{plain[1..]}";
        return RemotePath.IsRemote(plain) ? $"./{plain}" : plain;
    }

    private static string AbsolutePattern(string raw, string? folder)
    {
        string plain = ShellWord.Unquote(raw);
        bool hasShellQuotes = raw.Contains("$'", StringComparison.Ordinal) || raw.Contains("$\"", StringComparison.Ordinal);
        string pattern = hasShellQuotes ? EscapePattern(plain) : raw;
        bool isAbsolute = folder is null || raw.StartsWith('~') || plain.StartsWith('/');
        return isAbsolute ? pattern : $"{EscapePattern(folder!.TrimEnd('/'))}/{pattern}";
    }

    private static string EscapePattern(string text)
        => string.Concat(text.Select(c => PatternSigns.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));

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
