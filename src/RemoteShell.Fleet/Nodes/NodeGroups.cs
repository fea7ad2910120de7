using RemoteShell.Fleet.Nodes;

namespace RemoteShell.Fleet;

/// <summary>The groups that <c>@NAME</c> in a node set means.</summary>
/// <remarks>A name may have a source before it, as in <c>rack:r1</c>. <c>file</c> is not a source: <c>@file:PATH</c> is a file.</remarks>
public abstract class NodeGroups
{
    /// <summary>No groups.</summary>
    public static NodeGroups None { get; } = Of(new Dictionary<string, string>());

    /// <summary>The names of all groups, which <c>@*</c> means.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Groups that are known from the start.</summary>
    /// <param name="texts">The node set of each name. It may have groups itself.</param>
    public static NodeGroups Of(IReadOnlyDictionary<string, string> texts) => new KnownGroups(texts);

    /// <summary>Returns the node set of a group, or several with white space between them; null if the group does not exist.</summary>
    /// <remarks><see cref="NodeSet.Parse"/> calls it at most once for each name.</remarks>
    /// <param name="name">The name, with its source, without the <c>@</c>.</param>
    public abstract string? Find(string name);
}
