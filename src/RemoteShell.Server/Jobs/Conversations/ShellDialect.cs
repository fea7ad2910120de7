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

    private static readonly string[] BashOptions = ["--norc", "--noprofile", "--noediting"];
    private static readonly string[] Known = ["bash", "zsh", "dash", "ksh", "ksh93", "mksh", "lksh", "ash", "busybox", "sh", "yash"];

    /// <summary>The path of the shell.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <summary>Whether the shell reads more of its input than the command that it runs, and drops that after an error.</summary>
    public bool ReadsAhead { get; private init; }

    /// <summary>Commands that the shell runs first.</summary>
    public string Prelude { get; private init; } = "";

    /// <summary>The signal that ends <c>wait</c> after an interrupt; 0: the interrupt itself ends it.</summary>
    public int EndsWait { get; private init; }

    /// <summary>Commands that print the umask, and then variables and aliases as commands for the same kind of shell.</summary>
    public string PrintState { get; private init; } = "umask; export -p";

    /// <summary>Makes commands that print the names that begin with a word; null: <c>set</c> and <c>alias</c> tell them.</summary>
    /// <remarks>The second argument tells whether names of variables or of commands are wanted.</remarks>
    public Func<string, bool, string>? PrintNames { get; private init; }

    // The shell's own eval and print, whatever functions and aliases the user defines: a backslash keeps an alias from being used.
    private string Eval { get; init; } = @"\eval";

    private string Print { get; init; } = @"\command \printf '%s %s %s\0'";

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
            // A script ends at its first error, and an interrupt ends it too: then nothing is dropped.
            ReadsAhead = isInteractive,
            Prelude = "PS1= PS2=; set +m; __rsh_was() { return \"$1\"; }",
        };
        return name switch
        {
            "bash" => posix with
            {
                Arguments = [.. BashOptions, .. options],
                ReadsAhead = false,
                Prelude = $"{posix.Prelude}; set +o history +H; shopt -s expand_aliases",
                Eval = @"\builtin \eval",
                Print = @"\builtin \printf '%s %s %s\0'",
                PrintState = "umask; declare -p; declare -f; alias -p",
                PrintNames = BashNames,
            },
            "zsh" => posix with
            {
                Arguments = ["-f", .. options],
                ReadsAhead = false,
                // After an interrupt zsh 5.9 drops the rest of the line, but not `wait` itself. Only a signal that has a trap ends it.
                Prelude = $"{posix.Prelude}; setopt nobanghist interactivecomments{(isInteractive ? "; trap : URG" : "")}",
                EndsWait = isInteractive ? Urgent : 0,
                Eval = @"\builtin \eval",
                Print = @"\builtin \printf '%s %s %s\0'",
                PrintState = "umask; export -p; functions; alias -L",
                PrintNames = ZshNames,
            },
            "busybox" or "ash" => posix with
            {
                // At a signal, such as the end of a child, it takes an input that is no terminal and no file for ended (BusyBox 1.35).
                Arguments = [.. Path.GetFileName(program) == "busybox" ? ["sh"] : Array.Empty<string>(), .. options, "/dev/stdin"],
            },
            // mksh has no printf of its own.
            "mksh" or "lksh" => posix with { Print = @"\builtin \print -n", IsPrintEscaped = true },
            _ => posix,
        };
    }

    private bool IsPrintEscaped { get; init; }

    /// <summary>The command that runs a line, and then tells its status.</summary>
    /// <remarks>
    /// A shell that drops the line at an interrupt or an error drops the message too, and obeys only <see cref="TellStatus"/>.
    /// </remarks>
    /// <param name="sequence">The number of the line.</param>
    /// <param name="status">The status that the line finds in <c>$?</c>.</param>
    /// <param name="text">The line.</param>
    /// <param name="output">The path of the pipe for standard output.</param>
    /// <param name="error">The path of the pipe for standard error.</param>
    public string Run(int sequence, int status, string text, string output, string error)
    {
        // Neither `set -e` nor a trap for errors sees the status before the last command of such a list.
        string before = status == 0 ? "" : $"__rsh_was {status.ToString(CultureInfo.InvariantCulture)} || ";
        return $"{before}{Eval} {Quote(text)} </dev/null >|{Quote(output)} 2>|{Quote(error)}; "
               + Tell(sequence, "$?", "${PWD-}");
    }

    /// <summary>The command that tells that the shell has read up to here.</summary>
    public string TellBegun(int sequence) => Tell(sequence, "begun", "");

    /// <summary>The command that tells the status of the command before, and the working directory.</summary>
    public string TellStatus(int sequence) => Tell(sequence, $"{AfterMark}$?", "${PWD-}");

    private string Tell(int sequence, string status, string folder)
    {
        string number = sequence.ToString(CultureInfo.InvariantCulture);
        return IsPrintEscaped
            ? $"{Print} \"{Mark}{number} {status} {folder}\\\\0\"\n"
            : $"{Print} {Mark}{number} \"{status}\" \"{folder}\"\n";
    }

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

    // Of each kind one line for each name, with a letter before it.
    private static string BashNames(string word, bool isVariable)
    {
        string quoted = Quote(word);
        return isVariable
            ? $"compgen -P 'v ' -v -- {quoted}"
            : $"compgen -P 'a ' -a -- {quoted}; compgen -P 'F ' -A function -- {quoted}; compgen -P 'b ' -b -- {quoted}; "
              + $"compgen -P 'k ' -k -- {quoted}";
    }

    // An anonymous function leaves no variable behind.
    private static string ZshNames(string word, bool isVariable)
    {
        string all = isVariable
            ? Each("v", "${(k)parameters}")
            : Each("a", "${(k)aliases}") + Each("F", "${(k)functions}") + Each("b", "${(k)builtins}") + Each("k", "reswords");
        return $"zmodload zsh/parameter; () {{ local n; {all}}} {Quote(word)}";

        static string Each(string kind, string names) => $"for n in ${{(M){names}:#$1*}}; do builtin print -r -- \"{kind} $n\"; done; ";
    }
}
