namespace RemoteShell.Fleet.Nodes;

/// <summary>Names of one pattern: all combinations of these numbers.</summary>
/// <param name="Sets">The numbers of each place.</param>
internal sealed record NodeVector(IReadOnlyList<NumberSet> Sets) : IComparable<NodeVector>
{
    private long Count => Sets.Aggregate(1L, (product, set) => product * set.Numbers.Count);

    /// <summary>Equal for vectors that differ at most at one place.</summary>
    public string KeyWithout(int place) => string.Join('|', Sets.Where((_, i) => i != place).Select(set => set.Text));

    /// <summary>The union of vectors that differ at one place, and have no name in common.</summary>
    public static NodeVector Merge(IReadOnlyList<NodeVector> vectors, int place) => vectors.Count == 1
        ? vectors[0]
        : new([.. vectors[0].Sets.Select((set, i) => i == place ? NumberSet.Of(vectors.Select(vector => vector.Sets[i])) : set)]);

    /// <summary>The order of ClusterShell: the largest first, then that with more numbers at the first place, or smaller ones.</summary>
    public int CompareTo(NodeVector? other)
    {
        int order = other!.Count.CompareTo(Count);
        for (int i = 0; i < Sets.Count && order == 0; i++)
        {
            IReadOnlyList<string> mine = Sets[i].Numbers, others = other.Sets[i].Numbers;
            order = others.Count.CompareTo(mine.Count);
            order = order != 0 ? order : string.CompareOrdinal(mine[0], others[0]);
            order = order != 0 ? order : string.CompareOrdinal(mine[^1], others[^1]);
        }

        return order;
    }
}
