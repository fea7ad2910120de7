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
    /// <param name="operands">The positions of the words of a command line that are neither options nor their values.</param>
    /// <exception cref="FormatException">
    /// The line has operators or expansions, or an open quote, or an option that does not exist.
    /// </exception>
    public static IReadOnlyList<string>? Arguments(
        string line, string host, string? folder, Func<IReadOnlyList<string>, IReadOnlyList<int>> operands)
    {
        string? name = WordOf(line);
        if (name is null or Leave or LeaveToo or ShowHelp)
            return null;
        List<string> raw = RawWords(line);
        string[] words = [.. raw.Select(Word)];
        IReadOnlyList<int> files = operands(words);
        CheckCount(name, words, files.Count);
        // The words that are not operands.
        List<string> arguments = [.. raw.Select((word, i) => i == 0 ? words[0] : Expanded(word))];
        switch (name)
        {
            case Download:
                NameDownload(raw, arguments, files, host, folder);
                break;
            case Upload:
                NameUpload(raw, arguments, files, host, folder);
                break;
            default:
                arguments.Insert(files.Count > 0 ? files[0] : arguments.Count, host);
                break;
        }

        return arguments;
    }

    private static bool HasNoArguments(string line)
    {
        string[] words = Words(line);
        return words.Length == 1 ? true : throw new FormatException($":{words[0]} takes no arguments");
    }

    // A word whose dash is quoted is not an option.
    private static string Word(string raw)
    {
        string plain = ShellWord.Unquote(raw);
        return IsOption(plain) && !raw.StartsWith('-') ? $"./{plain}" : plain;
    }

    private static bool IsOption(string plain) => plain.StartsWith('-') && plain != "-";

    private static void CheckCount(string name, string[] words, int given)
    {
        (string usage, int least, int most) = Usages[name];
        bool asksForHelp = words.Contains("--help") || words.Contains("-h");
        if (given < least && !asksForHelp)
            throw new FormatException($"{name} needs an argument; usage: {usage}");
        if (given > most)
            throw new FormatException($"{name} takes fewer arguments; usage: {usage}");
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
    private static void NameDownload(
        List<string> raw, List<string> arguments, IReadOnlyList<int> files, string host, string? folder)
    {
        int target = files.Count > 1 ? files[^1] : -1;
        bool isPrinted = target > 0 && raw[target] == "-";
        foreach (int i in files)
        {
            if (i == target)
                arguments[i] = LocalFile(raw[i]);
            else if (isPrinted)
                arguments[i] = $"{host}:{Absolute(ShellWord.Unquote(raw[i]), folder)}";
            else
                arguments[i] = $"{host}:{AbsolutePattern(raw[i], folder)}";
        }
    }

    // The last one of several files is remote; without it, the files go into the remote folder.
    private static void NameUpload(List<string> raw, List<string> arguments, IReadOnlyList<int> files, string host, string? folder)
    {
        int target = files.Count > 1 ? files[^1] : -1;
        foreach (int i in files)
            arguments[i] = i == target ? $"{host}:{Absolute(ShellWord.Unquote(raw[i]), folder)}" : LocalFile(raw[i]);
        if (files.Count == 1)
            arguments.Add(folder is null ? $"{host}:" : $"{host}:{folder.TrimEnd('/')}/");
    }

    // Here the tilde is not the server's, a colon does not end the name of a host, and a dash does not begin an option.
    private static string LocalFile(string raw)
    {
        string plain = Expanded(raw);
        return RemotePath.IsRemote(plain) || IsOption(plain) ? $"./{plain}" : plain;
    }

    private static string Expanded(string raw)
    {
        string plain = ShellWord.Unquote(raw);
        return raw == "~" || raw.StartsWith("~/", StringComparison.Ordinal)
            ? $"{Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)}{plain[1..]}"
            : plain;
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

    private static string Absolute(string file, string? folder)
    {
        bool isAbsolute = file.StartsWith('/') || file == "~" || file.StartsWith("~/", StringComparison.Ordinal);
        return folder is null || isAbsolute ? file : $"{folder.TrimEnd('/')}/{file}";
    }
}
