namespace RemoteShell.Fleet.Nodes;

/// <summary>Groups that are known from the start.</summary>
/// <param name="texts">The node set of each name.</param>
internal sealed class KnownGroups(IReadOnlyDictionary<string, string> texts) : NodeGroups
{
    public override IReadOnlyList<string> Names => [.. texts.Keys];

    public override string? Find(string name) => texts.GetValueOrDefault(name);
}
