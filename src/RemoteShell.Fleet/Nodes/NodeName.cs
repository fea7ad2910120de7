using System.Text;

namespace RemoteShell.Fleet.Nodes;

/// <summary>The name of a node, with its numbers.</summary>
/// <param name="Text">The name.</param>
/// <param name="Pattern">The name with <c>%s</c> for each number, and <c>%%</c> for a percent sign, as ClusterShell orders names.</param>
/// <param name="Numbers">The numbers as they are written. An IPv6 address has none: it is not folded.</param>
internal sealed record NodeName(string Text, string Pattern, IReadOnlyList<string> Numbers)
{
    /// <summary>Whether a term is an IPv6 address in brackets, which may have a user and a port.</summary>
    public static bool IsAddress(string term)
    {
        int open = term.IndexOf('[', StringComparison.Ordinal), close = term.IndexOf(']', StringComparison.Ordinal);
        if (open < 0 || close < open || (open > 0 && term[open - 1] != '@') || term.IndexOf('@', StringComparison.Ordinal) is 0)
            return false;
        ReadOnlySpan<char> inside = term.AsSpan(open + 1, close - open - 1), after = term.AsSpan(close + 1);
        int zone = inside.IndexOf('%');
        ReadOnlySpan<char> address = zone < 0 ? inside : inside[..zone];
        return address.Contains(':') && address.IndexOfAnyExcept("0123456789abcdefABCDEF:.") < 0 && !inside.ContainsAny(" \t\r\n,*?")
            && (after.Length == 0 || (after.Length > 1 && after[0] == ':' && after[1..].IndexOfAnyExceptInRange('0', '9') < 0));
    }

    /// <summary>Throws if a text is not the name of one node.</summary>
    /// <exception cref="NodeSetException">It is empty, or has characters of an expression.</exception>
    public static void Check(string name)
    {
        if (name.Length > 0 && name[0] != '@' && !name.Any(one => NodeTerm.IsOperator(one) || char.IsWhiteSpace(one) || one is '*' or '?')
            && (name.AsSpan().IndexOfAny('[', ']') < 0 || IsAddress(name)))
        {
            return;
        }

        throw new NodeSetException($"'{name}' is not the name of a node");
    }

    /// <summary>Reads the names, and sorts them as ClusterShell does: by the text around the numbers, then by the numbers.</summary>
    /// <param name="names">Names, each once.</param>
    public static IReadOnlyList<NodeName> Sort(IReadOnlyCollection<string> names)
    {
        var nodes = new NodeName[names.Count];
        int count = 0;
        foreach (string name in names)
            nodes[count++] = Read(name);
        Array.Sort(nodes, CompareNames);
        return nodes;
    }

    /// <summary>Compares numbers as ClusterShell does: a number with fewer digits is smaller, so <c>10</c> is before <c>001</c>.</summary>
    public static int Compare(string one, string other)
        => one.Length != other.Length ? one.Length.CompareTo(other.Length) : string.CompareOrdinal(one, other);

    // Two names with the same pattern have equally many numbers.
    private static int CompareNames(NodeName one, NodeName other)
    {
        int order = string.CompareOrdinal(one.Pattern, other.Pattern);
        for (int i = 0; i < one.Numbers.Count && order == 0; i++)
            order = Compare(one.Numbers[i], other.Numbers[i]);
        return order;
    }

    private static NodeName Read(string name)
    {
        bool isAddress = name.Contains('[', StringComparison.Ordinal);
        var pattern = new StringBuilder(name.Length + 4);
        List<string> numbers = [];
        for (int at = 0; at < name.Length; at++)
        {
            int end = at;
            while (!isAddress && end < name.Length && char.IsAsciiDigit(name[end]))
                end++;
            if (end > at)
            {
                numbers.Add(name[at..end]);
                pattern.Append("%s");
                at = end - 1;
            }
            else
            {
                pattern.Append(name[at] == '%' ? "%%" : name.AsSpan(at, 1));
            }
        }

        return new(name, pattern.ToString(), numbers);
    }
}
