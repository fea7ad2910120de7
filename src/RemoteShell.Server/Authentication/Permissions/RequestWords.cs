using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Builtins;

namespace RemoteShell.Server.Authentication.Permissions;

/// <summary>Reads a request from words, as a person writes it.</summary>
internal static class RequestWords
{
    private const string Known = "run PROGRAM [ARGUMENT…], shell [LINE], terminal, connect, get PATH, put PATH, forward HOST:PORT, "
        + "listen [HOST:]PORT, agent, chat, notify, complete, jobs, attach";

    // A job's id, which no permission looks at.
    private const string AnyJob = "";

    /// <summary>Reads a request.</summary>
    /// <exception cref="FormatException">The words are not a request.</exception>
    public static AskedRequest Parse(IReadOnlyList<string> words)
    {
        var exec = new ExecRequest { Job = AnyJob };
        return words switch
        {
            ["run", _, ..] => AskedRequests.Of(exec with { Argv = [.. words.Skip(1)] }),
            ["shell"] => AskedRequests.Of(exec with { Shell = true }),
            ["shell", ..] => AskedRequests.Of(exec with { Command = string.Join(' ', words.Skip(1)) }),
            ["terminal"] => AskedRequests.Of(exec with { Shell = true, Tty = new("xterm", 80, 24) }),
            ["connect"] => AskedRequests.Of(exec with { Conversation = ConversationKind.Interactive }),
            ["get", var path] => new(KeyVerb.Get, $"get {path}") { Path = path },
            ["put", var path] => new(KeyVerb.Put, $"put {path}") { Path = path },
            ["forward", var target] => Place(KeyVerb.Open, target),
            ["listen", var place] => Place(KeyVerb.Listen, place),
            ["agent" or "chat" or "notify" or "complete" or "jobs" or "attach"] => new(words[0], words[0]),
            [var name, ..] when BuiltinTable.Find(name) is not null => AskedRequests.Of(exec with { Builtin = words }),
            _ => throw new FormatException(
                $"'{string.Join(' ', words)}' is not a request; write one of {Known}, "
                + string.Join(", ", BuiltinTable.List.Select(builtin => builtin.Name))),
        };
    }

    private static AskedRequest Place(string verb, string text)
    {
        var asked = new AskedRequest(verb, $"{verb} {text}");
        if (text.StartsWith('/'))
            return asked with { Socket = text };
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "localhost" : text[..colon].Trim('[', ']');
        if (!ushort.TryParse(text[(colon + 1)..], out ushort port) || host.Length == 0 || (colon < 0 && verb == KeyVerb.Open))
            throw new FormatException($"'{text}' is not a place; write HOST:PORT or /PATH");
        return asked with { Host = host, Port = port };
    }
}
