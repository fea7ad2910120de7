using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Options;

/// <summary>The command of <c>run</c>, and the options that say how it runs.</summary>
internal static class CommandOptions
{
    /// <summary>The words of the command.</summary>
    public static Argument<string[]> Words { get; } = new("COMMAND")
    {
        Description = "One argument is a command line for the shell of the server's user. " +
            "Two or more are a program and its exact arguments, without a shell.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> Shell = new("--shell")
    {
        Description = "Join the words with spaces, and pass them to the shell of the server's user.",
    };

    private static readonly Option<bool> Exec = new("--exec") { Description = "Run a single argument as a program, without a shell." };

    /// <summary>Whether standard input is forwarded.</summary>
    public static Option<bool> Stdin { get; } = new("--stdin", "-i")
    {
        Description = "Forward standard input. Without it, the command's input is empty.",
    };

    /// <summary>The working directory of a command or of a shell.</summary>
    public static Option<string> Cwd { get; } = new("--cwd")
    {
        Description = "Set the working directory [the home directory of the server's user]. A relative path starts there.",
        HelpName = "DIR",
    };

    /// <summary>The variables of a command or of a shell.</summary>
    public static Option<string[]> Env { get; } = new("--env")
    {
        Description = "Set an environment variable. Repeat it for more variables.",
        HelpName = "NAME=VALUE",
    };

    private static readonly Option<TimeSpan?> Timeout = HostOptions.DurationFlag(
        "--timeout", "End the command after this time, with exit status 124 [no limit].");

    private static readonly Option<string> Digest = new Option<string>("--digest")
    {
        Description = "The algorithm of the output's digest [crc32c].",
        HelpName = "crc32c|sha256",
        DefaultValueFactory = _ => "crc32c",
    }.OneOf("crc32c", "sha256");

    /// <summary>Whether the command runs without a client.</summary>
    public static Option<bool> Detach { get; } = new("--detach", "-d")
    {
        Description = "Print the job's id, and return. The job outlives this client and a restart of the server.",
    };

    private static readonly Option<string> Disconnect = new("--on-disconnect")
    {
        Description = "What to do when the client disappears: kill the command, keep it running, or keep it for TIME [keep:60s].",
        HelpName = "kill|keep|keep:TIME",
    };

    private static readonly Option<string> Full = new Option<string>("--on-full")
    {
        Description = "What to do when the stored output reaches its quota. For a detached job, all output counts; otherwise, only output "
            + "that the client has not received. hold pauses the command [hold].",
        HelpName = "hold|drop-oldest|kill",
    }.OneOf(OnFull.Pause, OnFull.DropOldest, OnFull.Kill);

    /// <summary>All options, in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } = [Stdin, Cwd, Env, Shell, Exec, Timeout, Detach, Disconnect, Full, Digest];

    /// <summary>Whether the user has chosen the algorithm of the digests.</summary>
    public static bool HasDigest(ParseResult parsed) => parsed.GetResult(Digest) is { Implicit: false };

    /// <summary>Whether the user has chosen what happens when the client disappears.</summary>
    public static bool HasDisconnect(ParseResult parsed) => parsed.GetValue(Disconnect) is not null;

    /// <summary>The command that the words and options mean.</summary>
    /// <exception cref="FormatException">They do not go together.</exception>
    public static RemoteCommand CommandOf(ParseResult parsed)
    {
        string[] words = parsed.GetValue(Words)!;
        bool shell = parsed.GetValue(Shell), exec = parsed.GetValue(Exec);
        if (shell && exec)
            throw new FormatException("--shell and --exec cannot be used together");
        if (parsed.GetValue(Detach) && parsed.GetValue(Disconnect) is not null)
            throw new FormatException("--detach and --on-disconnect cannot be used together: a detached command does not need a client");
        if (parsed.GetValue(Detach) && parsed.GetValue(Stdin))
            throw new FormatException("--detach and --stdin cannot be used together: a detached command has no standard input");
        if (parsed.GetValue(Timeout) < TimeSpan.FromMilliseconds(1))
            throw new FormatException("--timeout must be at least 1ms");
        if (words.All(string.IsNullOrWhiteSpace))
            throw new FormatException("the command is empty");
        bool isLine = shell || (words.Length == 1 && !exec);
        RemoteCommand command = isLine ? RemoteCommand.Shell(string.Join(' ', words)) : RemoteCommand.Exact(words);
        return command with
        {
            WorkingDirectory = FolderOf(parsed),
            Environment = VariablesOf(parsed),
            Timeout = parsed.GetValue(Timeout),
            Digest = JsonWords.Digest(parsed.GetValue(Digest)!),
            OnDisconnect = DisconnectOption.PolicyOf(parsed, Disconnect) ?? command.OnDisconnect,
            OnFull = parsed.GetValue(Full) is { } full ? JsonWords.Quota(full) : command.OnFull,
        };
    }

    /// <summary>The working directory; null: the home folder.</summary>
    /// <exception cref="FormatException">It is empty.</exception>
    public static string? FolderOf(ParseResult parsed) => parsed.GetValue(Cwd) is ""
        ? throw new FormatException("--cwd is empty; leave it out to use the home folder")
        : parsed.GetValue(Cwd);

    /// <summary>The variables; null if there are none.</summary>
    /// <exception cref="FormatException">One is not <c>NAME=VALUE</c>.</exception>
    public static Dictionary<string, string>? VariablesOf(ParseResult parsed)
    {
        if (parsed.GetValue(Env) is not { Length: > 0 } texts)
            return null;
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new FormatException($"--env takes NAME=VALUE, not '{text}'");
            variables[text[..equals]] = text[(equals + 1)..];
        }

        return variables;
    }
}
