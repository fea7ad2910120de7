using RemoteShell.Fleet.Nodes;

namespace RemoteShell.Fleet;

/// <summary>A set of names of nodes, in the syntax of ClusterShell's NodeSet. It has at most 100,000 nodes.</summary>
/// <remarks>
/// <c>web[1-20,35]</c>, <c>web[001-100]</c>, <c>rack[1-3]n[1-8/2]</c>; <c>,</c> or white space is the union, <c>!</c> the difference,
/// <c>&amp;</c> the intersection and <c>^</c> the symmetric difference, from left to right; <c>@group</c>, <c>@source:group</c>,
/// <c>@*</c> for the nodes of all groups, <c>@file:PATH</c>; <c>*</c> and <c>?</c> match the nodes of all groups.
/// An IPv6 address in brackets is a node.
/// </remarks>
public sealed class NodeSet
{
    private readonly IReadOnlyList<NodeName> _nodes;

    private NodeSet(IReadOnlyList<NodeName> sorted) => _nodes = sorted;

    /// <summary>The number of nodes.</summary>
    public int Count => _nodes.Count;

    /// <summary>The names, each once: ordered by the text around the numbers, then by the numbers.</summary>
    public IReadOnlyList<string> Names => field ??= [.. _nodes.Select(node => node.Text)];

    /// <summary>Reads a node set.</summary>
    /// <param name="text">The text. An empty text is the empty set.</param>
    /// <param name="groups">The groups that the text may name.</param>
    /// <exception cref="NodeSetException">
    /// The text is not a node set, names a group or file that cannot be read, or has too many nodes.
    /// </exception>
    public static NodeSet Parse(string text, NodeGroups groups) => new(NodeName.Sort(new NodeExpression(groups).Evaluate(text)));

    /// <summary>Reads lines as those of a file: one or more node sets in each; # begins a comment. The result is their union.</summary>
    /// <param name="lines">The text. An empty text is the empty set.</param>
    /// <param name="groups">The groups that the text may name.</param>
    /// <exception cref="NodeSetException">
    /// A line is not a node set, names a group or file that cannot be read, or all have too many nodes.
    /// </exception>
    public static NodeSet ParseLines(string lines, NodeGroups groups)
        => new(NodeName.Sort(new NodeExpression(groups).EvaluateLines(lines)));

    /// <summary>The set of these names.</summary>
    /// <param name="names">Names of single nodes.</param>
    /// <exception cref="NodeSetException">A text is not the name of a node, or there are too many.</exception>
    public static NodeSet Of(IEnumerable<string> names)
    {
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            NodeName.Check(name);
            distinct.Add(name);
            NodeLimits.CheckCount(distinct.Count);
        }

        return new(NodeName.Sort(distinct));
    }

    /// <summary>The shortest usual text of a set, such as <c>web[1-20,35]</c>.</summary>
    /// <param name="names">Names of single nodes.</param>
    /// <exception cref="NodeSetException">A text is not the name of a node, or there are too many.</exception>
    public static string Fold(IEnumerable<string> names) => Of(names).ToString();

    /// <summary>The nodes of both sets.</summary>
    /// <exception cref="NodeSetException">There are too many.</exception>
    public NodeSet Union(NodeSet other) => Of(Names.Concat(other.Names));

    /// <summary>The nodes that are not in the other set.</summary>
    public NodeSet Except(NodeSet other) => Of(Names.Except(other.Names, StringComparer.Ordinal));

    /// <summary>The nodes that are in both sets.</summary>
    public NodeSet Intersect(NodeSet other) => Of(Names.Intersect(other.Names, StringComparer.Ordinal));

    /// <summary>The nodes that are in one set only.</summary>
    /// <exception cref="NodeSetException">There are too many.</exception>
    public NodeSet SymmetricExcept(NodeSet other)
    {
        var nodes = new HashSet<string>(Names, StringComparer.Ordinal);
        nodes.SymmetricExceptWith(other.Names);
        return Of(nodes);
    }

    /// <summary>The folded text, such as <c>web[1-20,35]</c>; <see cref="Parse"/> reads it.</summary>
    public override string ToString() => NodeFold.Fold(_nodes);
}
