using System.Globalization;

namespace RemoteShell.Server.Authentication;

/// <summary>Decides what a client may forward: by the options of its key, then by those of the server.</summary>
/// <remarks>Each method returns null if it is permitted. The only place that decides about forwarding.</remarks>
/// <param name="key">The client's key.</param>
/// <param name="options">The server's options that apply now.</param>
internal sealed class ForwardingPermission(AuthorizedKey key, ServerOptions options)
{
    /// <summary>Whether the client may connect to a TCP port.</summary>
    public ForwardingRefusal? Open(string host, int port) => Decide(
        "forwarded to",
        WordsOf(host, port),
        new("permitopen", key.PermitOpen),
        new("permit-open", options.PermitOpen),
        rule => rule.PermitsOpen(host, port));

    /// <summary>Whether the client may connect to a unix socket.</summary>
    public ForwardingRefusal? OpenSocket(string path) => Decide(
        "forwarded to",
        path,
        new("permitopen", key.PermitOpen),
        new("permit-open", options.PermitOpen),
        rule => rule.PermitsSocket(path));

    /// <summary>Whether the client may listen on a TCP port.</summary>
    /// <param name="host">The host, which is not empty.</param>
    /// <param name="port">The port; 0: one that the system chooses.</param>
    public ForwardingRefusal? Listen(string host, int port) => Decide(
        "forwarded from",
        WordsOf(host, port),
        new("permitlisten", key.PermitListen),
        new("permit-listen", options.PermitListen),
        rule => rule.PermitsListen(host, port));

    /// <summary>Whether the client may listen on a unix socket.</summary>
    public ForwardingRefusal? ListenSocket(string path) => Decide(
        "forwarded from",
        path,
        new("permitlisten", key.PermitListen),
        new("permit-listen", options.PermitListen),
        rule => rule.PermitsSocket(path));

    /// <summary>Whether the client may take a connection that its own listening has accepted.</summary>
    public ForwardingRefusal? Accepted() => Denied();

    /// <summary>Whether the client may forward its agent.</summary>
    public ForwardingRefusal? Agent()
    {
        if (Denied() is { } denied)
            return denied;
        if (key.Denied.Contains("agent-forwarding"))
            return new("this key may not forward an agent here", HintToRemove("no-agent-forwarding"));
        return key.IsForFilesOnly
            ? new("this key may only transfer files here, and not forward an agent", HintToRemove("root, read-only or write-only"))
            : null;
    }

    private ForwardingRefusal? Denied() => key.Denied.Contains("forwarding")
        ? new("this key may not be forwarded here", HintToRemove("no-forwarding"))
        : null;

    private ForwardingRefusal? Decide(
        string what, string place, ForwardRules ofKey, ForwardRules ofServer, Func<ForwardRule, bool> permits)
    {
        if (Denied() is { } denied)
            return denied;
        string forKey = $"ask the server's administrator to add {ofKey.Name}=\"{place}\" to the key's options";
        if (ofKey.Rules is { } rules)
            return rules.Any(permits) ? null : new($"this key may not be {what} {place} here", forKey);
        if (!key.IsForFilesOnly && ofServer.Rules is { Count: > 0 } limits)
        {
            return limits.Any(permits)
                ? null
                : new(
                    $"this server does not permit connections to be {what} {place}",
                    $"{forKey}, or to start it with --{ofServer.Name} {place}");
        }

        return !key.IsForFilesOnly && options.AllowsForwarding
            ? null
            : new("this server does not forward connections", $"{forKey}, or to start it with --allow-forwarding");
    }

    private static string HintToRemove(string option) => $"ask the server's administrator to remove {option} from the key's options";

    private static string WordsOf(string host, int port)
    {
        string name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return port == 0 ? $"{name}:*" : string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
    }

    private sealed record ForwardRules(string Name, IReadOnlyList<ForwardRule>? Rules);
}
