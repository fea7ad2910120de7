using RemoteShell.Server.Authentication.Rules;

namespace RemoteShell.Server.Authentication.Permissions;

/// <summary>Decides what a client may do, by the options of its key. The only place that decides.</summary>
/// <remarks>
/// A request must pass each option. <c>root</c>, <c>read-only</c>, <c>write-only</c> and <c>command</c> refuse all that they do not
/// grant, so that no other verb leads around them.
/// </remarks>
/// <param name="key">The client's key.</param>
/// <param name="options">The server's options that apply now.</param>
internal sealed class KeyPermission(AuthorizedKey key, ServerOptions options)
{
    private const string Pty = "pty";
    private const string PortForwarding = "port-forwarding";
    private const string AgentForwarding = "agent-forwarding";
    private const string ReadOnly = "read-only";
    private const string WriteOnly = "write-only";

    private readonly ForwardingPermission _forwarding = new(key, options);

    /// <summary>Whether what the key may do with files depends on their paths.</summary>
    public bool DependsOnPaths => key.Deny.Concat(key.Allow ?? []).Any(rule => rule.HasPath);

    /// <summary>Returns why the request is refused; null if it is permitted.</summary>
    public KeyRefusal? Decide(AskedRequest asked) => FindOption(asked) is { } option
        ? KeyRefusal.By(option)
        : _forwarding.Decide(asked);

    /// <summary>Returns why a transfer is refused whatever its files are; null if it may be permitted.</summary>
    /// <param name="text">The transfer for people.</param>
    public KeyRefusal? DecideFiles(string text)
        => Decide(new(KeyVerb.Get, text)) is { } refusal && Decide(new(KeyVerb.Put, text)) is not null ? refusal : null;

    // The option that refuses; null: none does.
    private string? FindOption(AskedRequest asked)
        => key.Deny.FirstOrDefault(rule => rule.Touches(asked)) is { } denied
            ? $"deny=\"{denied.Text}\""
            : FindNegation(asked) ?? FindRestriction(asked) ?? FindBound(asked) ?? FindMissing(asked);

    private string? FindNegation(AskedRequest asked)
    {
        IEnumerable<string> names = asked.Verb switch
        {
            KeyVerb.Chat or KeyVerb.Notify => [asked.Verb],
            KeyVerb.Get or KeyVerb.Put => ["files"],
            KeyVerb.Agent => ["forwarding", AgentForwarding],
            _ when asked.IsForwarding => ["forwarding", PortForwarding],
            _ => [],
        };
        string? denied = names.Concat(asked.HasTerminal ? [Pty] : []).FirstOrDefault(key.Denied.Contains);
        return denied is null ? null : $"no-{denied}";
    }

    // As in sshd, restrict takes also what later versions can refuse, but neither commands nor files.
    private string? FindRestriction(AskedRequest asked)
    {
        bool isTaken = key.IsRestricted && (asked switch
        {
            { HasTerminal: true } => !key.Granted.Contains(Pty),
            { Verb: KeyVerb.Agent } => !key.Granted.Contains(AgentForwarding),
            { IsForwarding: true } => !key.Granted.Contains(PortForwarding),
            _ => asked.Verb is KeyVerb.Chat or KeyVerb.Notify,
        });
        return isTaken ? "restrict" : null;
    }

    private string? FindBound(AskedRequest asked)
    {
        if (asked.Verb == KeyVerb.Get && !key.Files.MayRead)
            return WriteOnly;
        if (asked.Verb == KeyVerb.Put && !key.Files.MayWrite)
            return ReadOnly;
        if (key.IsForFilesOnly)
            return asked.IsFiles || asked.Verb == KeyVerb.Jobs || IsForwardingGranted(asked) ? null : NameOf(key.Files);
        if (key.Command is null)
            return null;
        bool isGranted = asked.IsCommand ? !asked.ChoosesSurroundings : asked.IsOwnJobs || IsForwardingGranted(asked);
        return isGranted ? null : "command=";
    }

    private bool IsForwardingGranted(AskedRequest asked) => asked.Verb switch
    {
        KeyVerb.Agent => key.Granted.Contains(AgentForwarding),
        _ when asked.IsForwarding && key.Granted.Contains(PortForwarding) => true,
        KeyVerb.Open => key.PermitOpen is not null || IsPlaceAllowed(asked),
        KeyVerb.Listen => key.PermitListen is not null || IsPlaceAllowed(asked),
        KeyVerb.Accepted => key.PermitListen is not null || key.Allow?.Any(rule => rule.NamesPlace) == true,
        _ => false,
    };

    private bool IsPlaceAllowed(AskedRequest asked) => key.Allow?.Any(rule => rule.NamesPlace && rule.Covers(asked)) == true;

    // Variables and the folder of the client could turn a named command into any other.
    private string? FindMissing(AskedRequest asked)
    {
        if (key.Allow is not { } rules || asked.IsOwnJobs)
            return null;
        bool isAllowed = asked.Verb == KeyVerb.Accepted
            ? rules.Any(rule => rule.NamesPlace || rule.Covers(asked))
            : rules.Any(rule => rule.Covers(asked) && !(rule.NamesCommands && asked.ChoosesSurroundings));
        return isAllowed ? null : "allow=";
    }

    private static string NameOf(FileRights rights)
        => rights.Root is not null ? "root=" : rights.MayWrite ? WriteOnly : ReadOnly;
}
