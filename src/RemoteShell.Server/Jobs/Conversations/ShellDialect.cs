using System.Buffers;
using System.Globalization;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>How to start the shell of a conversation, and what to write to it.</summary>
/// <remarks>
/// The shell reads commands from a pipe. A line becomes one command, whose text is an argument of eval in single quotes, so it cannot
/// leave it. Its redirections name the pipes of the line, and end with it. The shell then tells the status on its own standard output.
/// </remarks>
internal sealed record ShellDialect
{
    /// <summary>Begins each message of the shell. What else it writes on its own standard output is not for the server.</summary>
    public const string Mark = "__rsh:";

    /// <summary>Begins a status that the shell tells after a line, whether or not it ran the line to its end.</summary>
    public const string AfterMark = "?";

    private const string PosixShell = "/bin/sh";

    private const int Urgent = 23;

    // No shell gives these a meaning in the middle of a path.
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-");

    private static readonly string[] BashOptions = ["--norc", "--noprofile", "--noediting"];
    private static readonly string[] Known = ["bash", "zsh", "dash", "ksh", "ksh93", "mksh", "lksh", "ash", "busybox", "sh", "yash"];

    /// <summary>The path of the shell.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <summary>Whether the shell reads more of its input than the command that it runs, and drops that after an error.</summary>
    public bool ReadsAhead { get; private init; }

    /// <summary>Whether the shell goes on after errors and interrupts, as at a prompt.</summary>
    public bool IsInteractive { get; private init; }

    /// <summary>Commands that the shell runs first.</summary>
    public string Prelude { get; private init; } = "";

    /// <summary>The signal that ends <c>wait</c> after an interrupt; 0: the interrupt itself ends it.</summary>
    public int EndsWait { get; private init; }

    /// <summary>Commands that print the umask, and then variables and aliases as commands for the same kind of shell.</summary>
    public string PrintState { get; private init; } = "umask; export -p";

    /// <summary>Makes commands that print the names that begin with a word, as <see cref="NameCommands"/> says.</summary>
    /// <remarks>Null: <c>set</c> tells the variables, and the other names are not told.</remarks>
    public Func<string, NameKind, string>? PrintNames { get; private init; }

    /// <summary>Lists the aliases as commands; empty if <see cref="PrintNames"/> does.</summary>
    public string PrintAliases { get; private init; } = @"\command \alias";

    // The shell's own eval and print, whatever functions and aliases the user defines: a backslash keeps an alias from being used.
    private string Eval { get; init; } = @"\eval";

    // The shell reads its input one byte at a time, so each character costs up to a microsecond.
    private string Print { get; init; } = @"\command \printf";

    // Written in place of a line feed in single quotes.
    private string LineFeed { get; init; } = "\n";

    // What the shell does after it has told a status.
    private string AfterStatus { get; init; } = "";

    /// <summary>Whether a shell can run conversations. If not, /bin/sh does.</summary>
    public static bool IsPosix(string shell) => Known.Contains(NameOf(shell));

    /// <summary>The dialect for the user's shell.</summary>
    /// <param name="shell">The path of the user's shell.</param>
    /// <param name="kind">One of <see cref="ConversationKind"/>.</param>
    public static ShellDialect Of(string shell, string kind)
    {
        bool isInteractive = kind == ConversationKind.Interactive;
        string program = IsPosix(shell) ? shell : PosixShell;
        string name = NameOf(program);
        string[] options = isInteractive ? ["-i"] : [];
        var posix = new ShellDialect
        {
            Program = program,
            Arguments = options,
            IsInteractive = isInteractive,
            // A script ends at its first error, and an interrupt ends it too: then nothing is dropped.
            ReadsAhead = isInteractive,
            Prelude = "PS1= PS2=; set +m",
        };
        return name switch
        {
            "bash" => posix with
            {
                Arguments = [.. BashOptions, .. options],
                ReadsAhead = false,
                Prelude = $"{posix.Prelude}; set +o history +H; shopt -s expand_aliases",
                Eval = @"\builtin \eval",
                Print = @"\builtin \printf",
                // In a script the numbers in error messages, and LINENO, count from the start of each line: it takes one row of the shell's
                // input, and the row behind a status is row 1 again. Of assignments to LINENO only one in a redirection of a group has this
                // effect; the quotes are for an IFS with digits. Interactive messages have no numbers, and a late interrupt must find the
                // shell reading its input.
                LineFeed = @"'$'\n''",
                AfterStatus = isInteractive ? "" : "; { :; } >&\"$((LINENO=0,1))\"",
                PrintState = "umask; declare -p; declare -f; alias -p",
                PrintNames = NameCommands.OfBash,
                PrintAliases = @"\builtin \alias -p",
            },
            "zsh" => posix with
            {
                Arguments = ["-f", .. options],
                ReadsAhead = false,
                // After an interrupt zsh 5.9 drops the rest of the line, but not `wait` itself. Only a signal that has a trap ends it.
                Prelude = $"{posix.Prelude}; setopt nobanghist interactivecomments{(isInteractive ? "; trap : URG" : "")}",
                IsEvalForgiving = true,
                EndsWait = isInteractive ? Urgent : 0,
                Eval = @"\builtin \eval",
                Print = @"\builtin \printf",
                PrintState = "umask; export -p; functions; alias -L",
                PrintNames = NameCommands.OfZsh,
                PrintAliases = "",
            },
            "busybox" or "ash" => posix with
            {
                // At a signal, such as the end of a child, it takes an input that is no terminal and no file for ended (BusyBox 1.35).
                Arguments = [.. Path.GetFileName(program) == "busybox" ? ["sh"] : Array.Empty<string>(), .. options, "/dev/stdin"],
            },
            // mksh has no printf of its own.
            "mksh" or "lksh" => posix with { Print = @"\builtin \print", HasPrintf = false },
            _ => posix,
        };
    }

    private bool HasPrintf { get; init; } = true;

    // Whether eval survives errors that end a script.
    private bool IsEvalForgiving { get; init; }

    /// <summary>Whether a line must run in braces and not in eval.</summary>
    /// <remarks>
    /// With -e, <c>test … &amp;&amp; …</c> may fail, and the shell goes on. At the end of eval it ends the shell.
    /// A trap for errors would run once more at the end of eval.
    /// What ends a script of zsh, such as an unset variable with -u, ends only an eval.
    /// </remarks>
    /// <param name="options">The letters of the shell's options.</param>
    /// <param name="mayTrapErrors">Whether the user may have set a trap for errors.</param>
    public bool NeedsBraces(string options, bool mayTrapErrors)
        => mayTrapErrors || (IsEvalForgiving && !IsInteractive) || options.Contains('e', StringComparison.Ordinal);

    /// <summary>Whether a line may set a trap for errors.</summary>
    public static bool MayTrapErrors(string line) => MayTrap(line, "ERR");

    /// <summary>Whether a line may set a trap that runs at each command, so also at those around a line.</summary>
    public static bool MayTrapCommands(string line) => MayTrap(line, "DEBUG");

    private static bool MayTrap(string line, string what)
        => line.Contains(what, StringComparison.Ordinal) && line.Contains("trap", StringComparison.OrdinalIgnoreCase);

    /// <summary>The command that tells 0 if the text can stand in braces, without running it.</summary>
    public string Check(int sequence, string text, string output, string error)
        => $"if {Eval} {Quote($"__rsh_line() {InBraces(text)}")} {Redirections(output, error)}; then \\unset -f __rsh_line; "
            + $"{Tell(sequence, "0", "").TrimEnd()}; else {Tell(sequence, "$?", "").TrimEnd()}; fi\n";

    /// <summary>The command that runs a line, and then tells its status.</summary>
    /// <remarks>
    /// An interactive shell that drops the line at an interrupt or an error drops the message too, and obeys only <see cref="TellStatus"/>.
    /// </remarks>
    /// <param name="sequence">The number of the line.</param>
    /// <param name="status">The status that the line finds in <c>$?</c>.</param>
    /// <param name="text">The line.</param>
    /// <param name="isInBraces">Whether the text was found to be able to stand in braces.</param>
    /// <param name="output">The path of the pipe for standard output.</param>
    /// <param name="error">The path of the pipe for standard error.</param>
    public string Run(int sequence, int status, string text, bool isInBraces, string output, string error)
    {
        // Neither `set -e` nor a trap for errors sees the status before the last command of such a list. The function is made each time:
        // the user may have another of its name.
        string number = status.ToString(CultureInfo.InvariantCulture);
        string before = status == 0 ? "" : $"__rsh_was() {{ return {number}; }}; __rsh_was || ";
        string command = isInBraces
            ? InBraces(text)
            : $"{Eval} {Quote(text).Replace("\n", LineFeed, StringComparison.Ordinal)}";
        string end = IsInteractive ? "; " : "\n";
        return $"{before}{command} {Redirections(output, error)}{end}{Tell(sequence, "$?", "${PWD-}").TrimEnd()}{AfterStatus}\n";
    }

    /// <summary>The command that tells that the shell has read up to here.</summary>
    public string TellBegun(int sequence) => Tell(sequence, "begun", "");

    /// <summary>The command that tells the status of the command before, and the working directory.</summary>
    public string TellStatus(int sequence) => $"{Tell(sequence, $"{AfterMark}$?", "${PWD-}").TrimEnd()}{AfterStatus}\n";

    private string Tell(int sequence, string status, string folder)
    {
        string number = sequence.ToString(CultureInfo.InvariantCulture);
        // What mksh prints may not have a backslash, which a folder may have. The system tells the folder as well.
        return HasPrintf
            ? $"{Print} '{Mark}{number} %s %s %s\\0' \"{status}\" \"$-\" \"{folder}\"\n"
            : $"{Print} -n \"{Mark}{number} {status} $- \\\\0\"\n";
    }

    /// <summary>The command that prints two NULs and then a text, which is a word for the shell.</summary>
    public string PrintPart(string word)
        => HasPrintf ? $@"{Print} '\0\0%s' {word}" : $@"{Print} -n '\0\0'; {Print} -rn -- {word}";

    private static string Redirections(string output, string error) => $"</dev/null >|{PathOf(output)} 2>|{PathOf(error)}";

    // The empty line keeps a backslash at the end of the text from taking the brace.
    private static string InBraces(string text) => $"{{\n{text}\n\n}}";

    // Quotes are two characters more to read.
    private static string PathOf(string pipe) => pipe.AsSpan().ContainsAnyExcept(PlainCharacters) ? Quote(pipe) : pipe;

    /// <summary>Puts a text into single quotes.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string NameOf(string shell)
    {
        try
        {
            string target = File.ResolveLinkTarget(shell, returnFinalTarget: true)?.Name ?? Path.GetFileName(shell);
            return Known.Contains(target) ? target : Path.GetFileName(shell);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Path.GetFileName(shell);
        }
    }
}
