namespace RemoteShell.Protocol.Broadcasts;

/// <summary>A folded list of hosts, such as <c>web[1-500],db[01-20,35],rack[1-3]n[1-8/2],@cache</c>.</summary>
/// <remarks>
/// Ranges are those of ClusterShell: with zeros before the numbers, with a step, several in a name if a text other than digits stands
/// between them. <c>@GROUP</c> is each host that is a member of the group. The list is never expanded. The case of letters does not count.
/// </remarks>
public static class TargetNames
{
    /// <summary>Characters of a name, as in the domain name system.</summary>
    public const int MaxNameLength = 253;

    /// <summary>Whether a text is the name of a host or a group: letters, digits, and <c>.</c>, <c>_</c>, <c>-</c>.</summary>
    public static bool IsName(string? text) => text is { Length: > 0 and <= MaxNameLength } && text.All(TargetList.IsOfName);

    /// <summary>Whether the list has a host.</summary>
    /// <param name="targets">The list.</param>
    /// <param name="name">The host's name.</param>
    /// <param name="groups">The groups of which the host is a member.</param>
    /// <exception cref="BroadcastException">The list is not valid. The message says where.</exception>
    public static bool Contains(string targets, string name, IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(groups);
        var list = new TargetList(targets, Plain(name), groups);
        return list.Read();
    }

    /// <summary>Returns what is wrong with a list; null if it is valid.</summary>
    internal static string? FindFault(string targets)
    {
        try
        {
            Contains(targets, "", []);
            return null;
        }
        catch (BroadcastException e)
        {
            return e.Message;
        }
    }

    /// <summary>The name as names are compared: in lower case.</summary>
    internal static string Plain(string name) => name.ToLowerInvariant();
}
