using System.Text;

namespace RemoteShell.Fleet.Nodes;

/// <summary>Makes the short text of a set of names.</summary>
internal static class NodeFold
{
    // A round in which nothing changes is the last one; this bounds the time of sets that are all holes.
    private const int MaxRounds = 16;

    /// <summary>Folds names. The text stands for the same set.</summary>
    /// <param name="sorted">Names, each once, in the order of <see cref="NodeName.Sort"/>.</param>
    public static string Fold(IEnumerable<NodeName> sorted)
        => string.Join(',', sorted.GroupBy(node => node.Pattern).SelectMany(group => Fold(group.Key, [.. group])));

    private static IEnumerable<string> Fold(string pattern, IReadOnlyList<NodeName> nodes)
    {
        int places = nodes[0].Numbers.Count;
        if (places == 0)
            return nodes.Select(node => node.Text);
        List<NodeVector> vectors = [.. nodes.Select(node => new NodeVector([.. node.Numbers.Select(NumberSet.Of)]))];
        for (int round = 0, before = 0; round < MaxRounds && vectors.Count != before; round++)
        {
            before = vectors.Count;
            for (int place = places - 1; place >= 0; place--)
                vectors = [.. vectors.GroupBy(vector => vector.KeyWithout(place)).Select(group => NodeVector.Merge([.. group], place))];
        }

        vectors.Sort();
        return vectors.Select(vector => TextOf(pattern, vector));
    }

    private static string TextOf(string pattern, NodeVector vector)
    {
        var text = new StringBuilder();
        int place = 0;
        for (int at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] != '%')
                text.Append(pattern[at]);
            else if (pattern[++at] == '%')
                text.Append('%');
            else
                text.Append(vector.Sets[place++].InName);
        }

        return text.ToString();
    }
}
