namespace RemoteShell.Client.Trust;

/// <summary>A line of known_hosts: a marker, hosts, a key and a comment, separated by blanks.</summary>
/// <param name="Marker">What the line says about its key.</param>
/// <param name="Hosts">Which hosts it is about.</param>
/// <param name="Key">The text of the key, and what follows it.</param>
internal readonly record struct KnownHostsLine(HostMarker Marker, string Hosts, string Key)
{
    /// <summary>Reads a line; null if it is empty, a remark, or has another marker.</summary>
    public static KnownHostsLine? TryParse(string line)
    {
        ReadOnlySpan<char> rest = line.AsSpan().Trim();
        if (rest.IsEmpty || rest[0] == '#')
            return null;
        var marker = HostMarker.None;
        ReadOnlySpan<char> hosts = TakeWord(ref rest);
        if (hosts[0] == '@')
        {
            if (hosts is "@cert-authority")
                marker = HostMarker.Authority;
            else if (hosts is "@revoked")
                marker = HostMarker.Revoked;
            else
                return null;
            hosts = TakeWord(ref rest);
        }

        return rest.IsEmpty ? null : new(marker, hosts.ToString(), rest.ToString());
    }

    private static ReadOnlySpan<char> TakeWord(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..].TrimStart();
        return word;
    }
}
