using System.IO.Enumeration;

namespace RemoteShell.Client.Trust;

/// <summary>Which hosts a line of known_hosts is about.</summary>
/// <remarks>Names and patterns with <c>*</c> and <c>?</c>, with <c>!</c> before those that are excluded; or one hash.</remarks>
internal sealed class HostField
{
    private readonly HashedHost? _hash;
    private readonly string[] _meant;
    private readonly string[] _excluded;

    private HostField(HashedHost? hash, string[] meant, string[] excluded) => (_hash, _meant, _excluded) = (hash, meant, excluded);

    /// <summary>How it names hosts.</summary>
    public LineForm Form => _hash is null ? LineForm.Pattern : LineForm.Hash;

    /// <summary>Whether the field of a line is a list of names, without anything that has a meaning.</summary>
    public static bool IsPlain(ReadOnlySpan<char> field) => field.IndexOfAny("*?!|") < 0;

    /// <summary>Reads a field; null if it is a hash that is not valid.</summary>
    public static HostField? TryParse(string field)
    {
        if (field.StartsWith('|'))
            return HashedHost.TryParse(field) is { } hash ? new(hash, [], []) : null;
        string[] patterns = field.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries);
        string[] excluded = [.. patterns.Where(pattern => pattern.StartsWith('!')).Select(pattern => pattern[1..])];
        return new(null, [.. patterns.Where(pattern => !pattern.StartsWith('!'))], excluded);
    }

    /// <summary>Whether the line is about the host.</summary>
    public bool Matches(HostForms host)
    {
        if (_hash is not null)
            return host.Names.Any(_hash.Is);
        string[] all = [host.Own, host.Ssh, host.Bare];
        return _meant.Any(pattern => host.Names.Any(name => Fits(pattern, name, host)))
            && !_excluded.Any(pattern => all.Any(name => Fits(pattern, name, host)));
    }

    // A pattern of ssh without a colon has no port: a star at its end must not reach over the port of this product's form.
    private static bool Fits(string pattern, string name, HostForms host)
        => (name == host.Ssh || name != host.Own || pattern.Contains(':', StringComparison.Ordinal))
            && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
