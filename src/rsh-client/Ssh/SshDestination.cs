using RemoteShell.Cli.Client.Configuration;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The host of a command line of ssh: <c>[user@]host</c>, or an address such as <c>ssh://user@host:port</c>.</summary>
internal static class SshDestination
{
    // ProxyCommand and Match exec give names to a shell, and a name may come from an address that somebody else has written.
    private const string SpecialInUser = "'`\";&<>|(){}", SpecialInHost = SpecialInUser + "$\\";

    private static readonly string[] Schemes = ["ssh://", "rsh://"];

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static HostQuery Parse(string text)
    {
        string? scheme = Schemes.FirstOrDefault(scheme => text.StartsWith(scheme, StringComparison.Ordinal));
        if (scheme is null)
            return HostQuery.Parse(text);
        string rest = text[scheme.Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && slash != rest.Length - 1)
            throw new FormatException($"'{text}' has a path; an address of a host has none");
        string place = slash < 0 ? rest : rest[..slash];
        // A password after a colon, which ssh refuses too.
        int at = place.LastIndexOf('@');
        string user = at < 0 ? "" : Uri.UnescapeDataString(place[..at]);
        HostQuery host = HostQuery.Parse(place[(at + 1)..]);
        return host with { User = user.Length == 0 ? null : user };
    }

    /// <summary>Checks, as ssh does, that a shell or a program does not take a part of a name for something else.</summary>
    /// <exception cref="FormatException">A name has one.</exception>
    public static void Check(HostQuery query)
    {
        if (query.Name.AsSpan().ContainsAny(SpecialInHost))
            throw new FormatException($"the host name '{query.Name}' has a character that no host name has");
        if (query.User is not { } user)
            return;
        bool isOption = user.StartsWith('-') || user.Contains(" -", StringComparison.Ordinal);
        if (isOption || user.EndsWith('\\') || user.Any(char.IsControl) || user.AsSpan().ContainsAny(SpecialInUser))
            throw new FormatException($"the user name '{user}' has a character that a shell may take for a command");
    }
}
