using System.Globalization;
using RemoteShell.Server.Authentication.Rules;

namespace RemoteShell.Server.Authentication.Permissions;

/// <summary>Decides where a key may connect to or listen that no option keeps from forwarding.</summary>
/// <remarks>
/// By its <c>permitopen</c> or <c>permitlisten</c>; without, by what <c>allow</c> names, and then by the options of the server.
/// </remarks>
/// <param name="key">The client's key.</param>
/// <param name="options">The server's options that apply now.</param>
internal sealed class ForwardingPermission(AuthorizedKey key, ServerOptions options)
{
    /// <summary>Returns null if the request is permitted.</summary>
    public KeyRefusal? Decide(AskedRequest asked) => asked.Verb switch
    {
        KeyVerb.Open => Decide(
            "forwarded to",
            asked,
            new("permitopen", key.PermitOpen),
            new("permit-open", options.PermitOpen),
            rule => asked.Socket is { } path ? rule.PermitsSocket(path) : rule.PermitsOpen(asked.Host, asked.Port)),
        KeyVerb.Listen => Decide(
            "forwarded from",
            asked,
            new("permitlisten", key.PermitListen),
            new("permit-listen", options.PermitListen),
            rule => asked.Socket is { } path ? rule.PermitsSocket(path) : rule.PermitsListen(asked.Host, asked.Port)),
        _ => null,
    };

    private KeyRefusal? Decide(
        string what, AskedRequest asked, ForwardRules ofKey, ForwardRules ofServer, Func<ForwardRule, bool> permits)
    {
        if (ofKey.Rules is { } rules)
            return rules.Any(permits) ? null : KeyRefusal.By($"{ofKey.Name}=");
        if (key.Allow?.Any(rule => rule.NamesPlace && rule.Covers(asked)) == true)
            return null;
        string place = asked.Socket ?? WordsOf(asked.Host, asked.Port);
        string forKey = $"ask the server's administrator to add {ofKey.Name}=\"{place}\" to the key's options";
        if (ofServer.Rules is { Count: > 0 } limits)
        {
            return limits.Any(permits)
                ? null
                : new(
                    $"this server does not permit connections to be {what} {place}",
                    $"{forKey}, or to start it with --{ofServer.Name} {place}");
        }

        return options.AllowsForwarding
            ? null
            : new("this server does not forward connections", $"{forKey}, or to start it with --allow-forwarding");
    }

    private static string WordsOf(string host, int port)
    {
        string name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return port == 0 ? $"{name}:*" : string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
    }

    private sealed record ForwardRules(string Name, IReadOnlyList<ForwardRule>? Rules);
}
