using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Jobs.Conversations;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Applies <c>command=</c> and <c>environment=</c> of a key to a request.</summary>
internal static class KeyCommand
{
    // The first is ours, the other that of sshd, which programs such as git and rrsync read.
    private static readonly string[] OriginalNames = ["RSH_ORIGINAL_COMMAND", "SSH_ORIGINAL_COMMAND"];

    /// <summary>The request that runs; the same object if the key has no such option.</summary>
    /// <param name="key">The client's key.</param>
    /// <param name="exec">What the client asks for.</param>
    public static ExecRequest Apply(AuthorizedKey key, ExecRequest exec)
    {
        bool isCommand = exec is { In: null } and ({ Command: not null } or { Argv: not null } or { Shell: true });
        bool hasProcess = isCommand || exec.Conversation is not null || exec is { In: not null, Tty: not null };
        if (hasProcess && key.Environment.Count > 0)
            exec = With(exec, key.Environment);
        return isCommand && key.Command is { } forced ? Force(exec, forced) : exec;
    }

    private static ExecRequest Force(ExecRequest exec, string forced)
    {
        string? original = exec.Argv is { } argv ? string.Join(' ', argv.Select(QuoteIfNeeded)) : exec.Command;
        exec = exec with { Command = forced, Argv = null, Shell = false };
        return original is null ? exec : With(exec, OriginalNames.ToDictionary(name => name, _ => original));
    }

    private static ExecRequest With(ExecRequest exec, IReadOnlyDictionary<string, string> variables)
    {
        Dictionary<string, string> all = exec.Env is null ? [] : new(exec.Env);
        foreach ((string name, string value) in variables)
            all[name] = value;
        return exec with { Env = all };
    }

    private static string QuoteIfNeeded(string word)
        => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "%+,-./:=@_".Contains(c)) ? word : ShellDialect.Quote(word);
}
