using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Checks a request to run a command, before anything runs.</summary>
/// <remarks>Numbers, ids and sizes were checked already when the request was decoded.</remarks>
internal static class ExecValidator
{
    /// <summary>Returns what is wrong with the request, for people; null if it is valid.</summary>
    public static string? FindFault(ExecRequest exec)
        => CommandFault(exec)
        ?? TextFault(exec)
        ?? FormFault(exec)
        ?? OptionFault(exec)
        // The last: it relies on the checks of names and texts before it.
        ?? (exec.Encoding is { } encoding ? EncodingFault(exec, encoding) : null);

    /// <summary>Whether all texts of the request are ASCII.</summary>
    public static bool IsAscii(ExecRequest exec) => AllTexts(exec).All(text => Ascii.IsValid(text));

    private static string? CommandFault(ExecRequest exec)
    {
        object?[] forms =
        [
            exec.Command, exec.Argv, exec.Builtin, exec.Line, exec.Conversation, exec.Files, exec.Connect, exec.Listen,
            exec.Shell ? exec : null,
        ];
        if (forms.Count(form => form is not null) != 1)
            return "the request must have exactly one of command, argv, builtin, line, shell, conversation, files, connect and listen";
        if (exec.Connect?.HasOneForm == false)
            return "connect must have exactly one of host with port, socket and accepted";
        if (exec.Listen?.HasOneForm == false)
            return "listen must have exactly one of port, socket and agent, and a host only with a port";
        bool isEmpty = exec is { Argv.Count: 0 } or { Argv: ["", ..] } or { Builtin.Count: 0 };
        return isEmpty || (exec.Command is not null && string.IsNullOrWhiteSpace(exec.Command)) ? "the command is empty" : null;
    }

    private static string? TextFault(ExecRequest exec)
    {
        if (exec.Env?.Keys.FirstOrDefault(name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) is { } invalid)
            return $"'{invalid}' is not a valid variable name";
        if (AllTexts(exec).Any(text => text.Contains('\0', StringComparison.Ordinal)))
            return "a command, folder or variable must not have a NUL character";
        return null;
    }

    // What a terminal and a detached job can run.
    private static string? FormFault(ExecRequest exec) => exec switch
    {
        { Detach: true, Stdin: true } => "a detached job cannot have standard input",
        { Tty: not null, Detach: true } => "a detached job cannot have a terminal; type ~d to leave a shell running instead",
        { Conversation: not null } when OperatingSystem.IsWindows()
            => "this server runs on Windows and has no POSIX shell for a conversation; use: rsh-client run HOST COMMAND",
        { Conversation: { } kind } when !ConversationKind.IsKnown(kind)
            => $"unknown kind of conversation '{kind}'; use {ConversationKind.Interactive} or {ConversationKind.Script}",
        { Conversation: not null, Stdin: true } => "a conversation has no standard input; send lines in its place",
        { Files: not null, Stdin: false } => "a transfer of files needs standard input",
        { Files: not null, Tty: not null } or { Files: not null, Detach: true }
            => "a transfer of files has no terminal, and cannot be detached",
        { Files: not null } when !OperatingSystem.IsLinux() => "this server transfers files on Linux only",
        { Connect: not null, Stdin: false } => "a forwarded connection needs standard input",
        { Listen: not null, Stdin: true } => "listening has no standard input",
        { IsForwarding: true, Tty: not null } or { IsForwarding: true, Detach: true }
            => "a forwarded connection has no terminal, and cannot be detached",
        { IsForwarding: true, Cwd: not null } or { IsForwarding: true, Env: not null } or { IsForwarding: true, Unset: not null }
            => "a forwarded connection has no folder and no variables",
        { Line: not null, In: null } => "a line must name its conversation",
        { Line: not null, Stdin: true } => "a line has no standard input",
        { In: not null, Line: null, Command: null } or { In: not null, Line: null, Tty: null }
            => "only a line, and a command with a terminal, can belong to a conversation",
        { After: not null, Line: null } => "only a line can follow a line",
        { Line: not null, Cwd: not null } or { Line: not null, Env: not null } or { Line: not null, Unset: not null }
            => "a line has the folder and the variables of its conversation",
        { Tty: not null, Line: not null } or { Tty: not null, Builtin: not null } or { Tty: not null, Conversation: not null }
            => "only a command, exact arguments and the login shell can have a terminal",
        { Detach: true, Shell: true } or { Detach: true, Line: not null } or { Detach: true, Builtin: not null }
            or { Detach: true, Conversation: not null }
            => "only a command or exact arguments can be detached",
        { Detach: true } when OperatingSystem.IsWindows() => "this server cannot run detached jobs on Windows",
        _ => null,
    };

    private static string? OptionFault(ExecRequest exec)
    {
        if (exec.OnFull is { } word && !OnFull.IsKnown(word))
            return $"unknown on-full policy '{word}'; use {OnFull.Pause}, {OnFull.DropOldest} or {OnFull.Kill}";
        return exec.OnDisconnect is { } policy ? OnDisconnectFault(policy) : null;
    }

    private static string? OnDisconnectFault(string policy)
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

    private static string? EncodingFault(ExecRequest exec, string name)
    {
        try
        {
            Encoding encoding = TextEncoding.GetStrict(name);
            if (IsAscii(exec) || exec.Builtin is not null)
                return null;
            if (OperatingSystem.IsWindows())
                return "this server cannot encode a command on Windows; leave the encoding out, or write the command in ASCII";
            if (!TextEncoding.IsAsciiCompatible(encoding))
                return $"a command line cannot be written in {name}; write it in ASCII";
            if (exec.Env?.Keys.FirstOrDefault(variable => !EncodedCommand.IsName(variable)) is { } invalid)
                return $"the variable '{invalid}' cannot be passed together with an encoding: it is not a valid shell variable name";
            foreach (string text in AllTexts(exec))
                encoding.GetByteCount(text);
            return ShellFault(exec.Command ?? exec.Line ?? "", encoding, name);
        }
        catch (EncoderFallbackException e)
        {
            int character = e.CharUnknown != 0 ? e.CharUnknown : char.ConvertToUtf32(e.CharUnknownHigh, e.CharUnknownLow);
            return $"the command has a character that {name} does not have: U+{character:X4}";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    // A shell reads bytes. A byte that is part of a character, and equals a quote or a pipe, is a quote or a pipe to the shell.
    private static string? ShellFault(string text, Encoding encoding, string name)
    {
        foreach (Rune rune in text.EnumerateRunes().Where(rune => !rune.IsAscii))
        {
            foreach (byte one in encoding.GetBytes(rune.ToString()).Where(IsSpecialToShells))
            {
                string meaning = one < ' ' ? $"a control character ({one})" : $"'{(char)one}'";
                return $"in {name} the character '{rune}' has a byte that a shell reads as {meaning}; "
                    + "pass the program and its arguments as separate words, which no shell reads";
            }
        }

        return null;
    }

    private static bool IsSpecialToShells(byte one)
        => one < 0x80 && !char.IsAsciiLetterOrDigit((char)one) && one is not ((byte)'@' or (byte)'_');

    private static IEnumerable<string> AllTexts(ExecRequest exec) =>
    [
        exec.Command ?? "", exec.Line ?? "", exec.Files ?? "", exec.Cwd ?? "", exec.User ?? "",
        exec.Connect?.Text ?? "", exec.Listen?.Text ?? "",
        .. exec.Unset ?? [], .. exec.Argv ?? [], .. exec.Builtin ?? [], .. exec.Env?.Keys ?? [], .. exec.Env?.Values ?? [],
    ];
}
