using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>What a request asks to be run, as the program, arguments, folder and environment of a process.</summary>
internal static class CommandLine
{
    /// <summary>Makes it; nothing has run when this throws.</summary>
    /// <exception cref="ProcessStartException">There is no such folder or program.</exception>
    public static ProcessSpec Of(ExecRequest exec, Account account, IReadOnlyDictionary<string, string> login, string? stateFile)
    {
        // Such a folder is looked for by whoever can say its name.
        bool isForeignFolder = exec.Encoding is not null && !Ascii.IsValid(exec.Cwd ?? "");
        string folder = Folder(isForeignFolder ? null : exec.Cwd, account);
        var environment = new Dictionary<string, string>(login, StringComparer.Ordinal);
        foreach (string name in exec.Unset ?? [])
            environment.Remove(name);
        foreach ((string name, string value) in exec.Env ?? new Dictionary<string, string>())
            environment[name] = value;

        (string program, IReadOnlyList<string> arguments) = exec switch
        {
            { Argv: { } argv, Encoding: not null } when !Ascii.IsValid(argv[0]) => (argv[0], [.. argv.Skip(1)]),
            { Argv: { } argv } => (ProgramPath.Resolve(argv[0], environment.GetValueOrDefault("PATH", ""), folder), [.. argv.Skip(1)]),
            { Line: { } line } when stateFile is not null => PromptLineScript.Wrap(account.Shell, line, stateFile),
            { Shell: true } => (account.Shell, OperatingSystem.IsWindows() ? [] : ["-l"]),
            _ => OperatingSystem.IsWindows() ? (account.Shell, ["/d", "/s", "/c", (exec.Command ?? exec.Line)!]) : (account.Shell, (IReadOnlyList<string>)["-c", exec.Command!]),
        };
        var plain = new ProcessSpec { Program = program, Arguments = arguments, WorkingDirectory = folder, Environment = environment };
        return exec.Encoding is { } encoding && !AllAscii(exec) ? EncodedCommand.Of(plain, isForeignFolder ? FromHome(exec.Cwd!) : null, exec.Env?.Keys ?? [], TextEncoding.GetStrict(encoding)) : plain;
    }

    // Timers of the framework reach 49 days.
    private const long MaxTimeout = 45L * 24 * 60 * 60 * 1000;

    // What is sent is kept until it is acknowledged, so a window costs memory here.
    private const long MaxWindow = 16 * 1024 * 1024;

    /// <summary>Whether the request makes sense; what is wrong with it otherwise.</summary>
    public static string? Fault(ExecRequest exec) => exec switch
    {
        _ when AllTexts(exec).Any(text => text is null) => "null stands where a text must be",
        _ when !JobId.IsValid(exec.Job) => $"'{exec.Job}' is no job id; it takes {JobId.Length} characters of Crockford's base 32 in lower case",
        _ when new object?[] { exec.Command, exec.Argv, exec.Builtin, exec.Line, exec.Shell ? exec : null }.Count(form => form is not null) != 1 => "exactly one of command, argv, builtin, line and shell must be there",
        { Argv.Count: 0 } or { Argv: [""] } or { Argv: ["", ..] } or { Builtin.Count: 0 } => "the command is empty",
        { Command: { } command } when string.IsNullOrWhiteSpace(command) => "the command is empty",
        { Timeout: <= 0 or > MaxTimeout } => "the timeout must be from a millisecond to 45 days",
        _ when exec.Env?.Keys.FirstOrDefault(name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) is { } name => $"'{name}' is no name for a variable",
        _ when AllTexts(exec).Any(text => text!.Contains('\0', StringComparison.Ordinal)) => "a NUL character cannot be part of a command, a folder or a variable",
        { Detach: true, Stdin: true } => "a detached job has no standard input",
        { Tty: { } tty } when tty.Validate() is { } fault => fault,
        { Tty: not null, Detach: true } => "a detached job has no terminal; leave a shell running with ~d instead",
        { Tty: not null, Line: not null } or { Tty: not null, Builtin: not null } => "only a command, exact arguments and the login shell can have a terminal",
        { Shell: true, Detach: true } => "only a command or exact arguments can be detached",
        { Detach: true, Line: not null } or { Detach: true, Builtin: not null } => "only a command or exact arguments can be detached",
        { Detach: true } when OperatingSystem.IsWindows() => "this server's system cannot detach jobs",
        { OnFull: { } word } when !OnFull.IsKnown(word) => $"'{word}' says not what happens at the quota; write {OnFull.Pause}, {OnFull.DropOldest} or {OnFull.Kill}",
        { Window: < 1 or > MaxWindow } => $"the window must be from 1 to {MaxWindow} bytes",
        { OnDisconnect: { } policy } when PolicyFault(policy) is { } fault => fault,
        _ when !StreamDigest.IsKnown(exec.Digest) => $"'{exec.Digest}' is no digest that this server computes",
        // The last: it takes names and texts for such as may be passed at all.
        { Encoding: { } name } when EncodingFault(exec, name) is { } fault => fault,
        _ => null,
    };

    private static bool AllAscii(ExecRequest exec) => AllTexts(exec).All(text => Ascii.IsValid(text));

    private static string? EncodingFault(ExecRequest exec, string name)
    {
        try
        {
            Encoding encoding = TextEncoding.GetStrict(name);
            if (AllAscii(exec) || exec.Builtin is not null)
                return null;
            if (OperatingSystem.IsWindows())
                return "this server's system gives commands their text in its own encoding; leave the encoding out, or write the command in ASCII";
            if (!TextEncoding.IsAsciiCompatible(encoding))
                return $"a command line cannot be written in {name}; write it in ASCII";
            if (exec.Env?.Keys.FirstOrDefault(variable => !EncodedCommand.IsName(variable)) is { } odd)
                return $"the variable '{odd}' cannot be passed together with an encoding; its name is none of a shell's";
            foreach (string? text in AllTexts(exec))
                encoding.GetByteCount(text!);
            return ShellFault(exec.Command ?? exec.Line ?? "", encoding, name);
        }
        catch (EncoderFallbackException e)
        {
            return $"the command has a character that {name} does not have: U+{(e.CharUnknown != 0 ? e.CharUnknown : char.ConvertToUtf32(e.CharUnknownHigh, e.CharUnknownLow)):X4}";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    // A shell reads bytes: one that is part of a character, and looks like a quote or a pipe, would be taken for that.
    private static string? ShellFault(string text, Encoding encoding, string name)
    {
        foreach (Rune rune in text.EnumerateRunes())
            if (!rune.IsAscii)
                foreach (byte one in encoding.GetBytes(rune.ToString()))
                    if (one < 0x80 && !char.IsAsciiLetterOrDigit((char)one) && one is not ((byte)'@' or (byte)'_'))
                        return $"in {name} the character '{rune}' holds a byte that a shell takes for {(one < ' ' ? $"a control character ({one})" : $"'{(char)one}'")}; give the program and its arguments as words of their own, which no shell touches";
        return null;
    }

    private static string? PolicyFault(string policy)
    {
        try
        {
            OnDisconnect.Parse(policy);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<string?> AllTexts(ExecRequest exec)
        => [exec.Command ?? "", exec.Line ?? "", exec.Cwd ?? "", exec.User ?? "", .. exec.Unset ?? [], .. exec.Argv ?? [], .. exec.Builtin ?? [], .. exec.Env?.Keys ?? [], .. exec.Env?.Values ?? []];

    private static string Folder(string? wanted, Account account)
    {
        string folder = Path.Combine(account.Home, Expand(wanted ?? "", account));
        if (Directory.Exists(folder))
            return folder;
        throw new ProcessStartException(126, File.Exists(folder) ? $"{wanted ?? folder}: the working directory is not a directory" : $"{wanted ?? folder}: no such working directory");
    }

    // The command begins at home, whose own name is the system's affair.
    private static string FromHome(string path) => path.StartsWith("~/", StringComparison.Ordinal) ? path[2..] : path;

    private static string Expand(string path, Account account)
        => path == "~" ? account.Home : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(account.Home, path[2..]) : path;
}
