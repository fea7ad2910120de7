using System.IO.Enumeration;

namespace RemoteShell.Fleet.Nodes;

/// <summary>Evaluates one expression, with the groups and files that it names. Each of them is read once.</summary>
/// <param name="groups">The groups.</param>
internal sealed class NodeExpression(NodeGroups groups)
{
    private const string FileSource = "file:", All = "*";

    // Of groups, in a hint.
    private const int MaxNamed = 8;

    private readonly Dictionary<string, HashSet<string>> _known = new(StringComparer.Ordinal);
    private readonly List<string> _open = [];
    private long _work;

    /// <summary>The names.</summary>
    /// <exception cref="NodeSetException">The text is wrong, names a group or file that cannot be read, or has too many nodes.</exception>
    public HashSet<string> Evaluate(string text)
    {
        HashSet<string> nodes = new(StringComparer.Ordinal);
        foreach (NodeTerm term in NodeTerm.Split(text))
        {
            HashSet<string> operand = NodesOf(term.Text);
            Spend(operand.Count);
            switch (term.Operator)
            {
                case ',':
                    nodes.UnionWith(operand);
                    break;
                case '!':
                    nodes.ExceptWith(operand);
                    break;
                case '&':
                    nodes.IntersectWith(operand);
                    break;
                default:
                    nodes.SymmetricExceptWith(operand);
                    break;
            }

            NodeLimits.CheckCount(nodes.Count);
        }

        return nodes;
    }

    /// <summary>The names of all lines.</summary>
    /// <exception cref="NodeSetException">
    /// A line is wrong, names a group or file that cannot be read, or all have too many nodes.
    /// </exception>
    public HashSet<string> EvaluateLines(string lines)
        => Union(NodeFile.LinesOf(lines).Select(line => EvaluateAt($"line {line.Number}", line.Text)));

    private HashSet<string> NodesOf(string term)
    {
        bool isGroup = term[0] == '@';
        IReadOnlyList<string> names = NodePattern.Parse(isGroup ? term[1..] : term).Expand();
        Spend(names.Count);
        if (isGroup)
            return Union(names.Select(Group));
        return term.AsSpan().IndexOfAny('*', '?') < 0 ? new(names, StringComparer.Ordinal) : Union(names.Select(Matching));
    }

    private HashSet<string> Union(IEnumerable<HashSet<string>> sets)
    {
        HashSet<string> nodes = new(StringComparer.Ordinal);
        foreach (HashSet<string> set in sets)
        {
            Spend(set.Count);
            nodes.UnionWith(set);
            NodeLimits.CheckCount(nodes.Count);
        }

        return nodes;
    }

    private HashSet<string> Matching(string mask)
    {
        HashSet<string> all = Group(All);
        Spend(all.Count);
        string pattern = mask.Replace(@"\", @"\\", StringComparison.Ordinal);
        return new(all.Where(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)), StringComparer.Ordinal);
    }

    private HashSet<string> Group(string name)
    {
        if (_known.TryGetValue(name, out HashSet<string>? nodes))
            return nodes;
        if (_open.Contains(name))
        {
            string circle = string.Join(" → ", _open.Append(name).SkipWhile(open => open != name).Select(open => $"@{open}"));
            throw new NodeSetException($"the group '{name}' contains itself: {circle}")
            {
                Hint = "@* and names with * or ? stand for nodes of all groups, so a group cannot be made of them",
            };
        }

        if (_open.Count == NodeLimits.MaxDepth)
            throw new NodeSetException($"more than {NodeLimits.MaxDepth} groups contain each other, one inside the other");
        _open.Add(name);
        nodes = Read(name);
        _open.RemoveAt(_open.Count - 1);
        return _known[name] = nodes;
    }

    private HashSet<string> Read(string name)
    {
        if (name.StartsWith(FileSource, StringComparison.Ordinal))
        {
            string path = name[FileSource.Length..];
            return Union(NodeFile.Read(path).Select(line => EvaluateAt($"{path}:{line.Number}", line.Text)));
        }

        if (name == All || name.EndsWith($":{All}", StringComparison.Ordinal))
        {
            string source = name[..^All.Length];
            string[] names = [.. groups.Names.Where(one => one.StartsWith(source, StringComparison.Ordinal))];
            return names.Length > 0
                ? Union(names.Select(Group))
                : throw new NodeSetException(source.Length == 0 ? "there are no groups of nodes" : $"there are no groups '{source}…'");
        }

        return groups.Find(name) is { } text ? EvaluateAt($"group '{name}'", text) : throw Unknown(name);
    }

    private HashSet<string> EvaluateAt(string place, string text)
    {
        try
        {
            return Evaluate(text);
        }
        catch (NodeSetException e)
        {
            throw new NodeSetException($"{place}: {e.Message}") { Hint = e.Hint };
        }
    }

    private NodeSetException Unknown(string name)
    {
        IReadOnlyList<string> names = groups.Names;
        string some = string.Join(", ", names.Take(MaxNamed).Select(one => $"@{one}")) + (names.Count > MaxNamed ? ", …" : "");
        return new($"there is no group '{name}'") { Hint = names.Count == 0 ? null : $"the groups are {some}" };
    }

    private void Spend(int nodes)
    {
        _work += nodes;
        if (_work > NodeLimits.MaxWork)
            throw NodeLimits.TooMany($"the parts of a node set have more than {NodeLimits.MaxWork:N0} nodes together");
    }
}
