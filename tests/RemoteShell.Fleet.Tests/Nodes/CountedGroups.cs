namespace RemoteShell.Fleet.Tests.Nodes;

/// <summary>Groups that remember what they were asked for. Each has one node.</summary>
internal sealed class CountedGroups : NodeGroups
{
    private readonly List<string> _asked = [];

    public IReadOnlyList<string> Asked => _asked;

    public override IReadOnlyList<string> Names => ["one", "two", "three"];

    public override string? Find(string name)
    {
        _asked.Add(name);
        return $"n{_asked.Count}";
    }
}
