using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Fleet;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Nodes;

/// <summary>The groups of the configuration, which is read when the first of them is asked for.</summary>
/// <param name="file">The only file to read; null: the user's file, and then the machine's.</param>
internal sealed class ConfiguredGroups(string? file) : NodeGroups
{
    private readonly Lazy<IReadOnlyDictionary<string, ConfiguredGroup>> _groups = new(() => ClientConfiguration.Groups(file));

    // Of commands, so that each runs once.
    private readonly Dictionary<string, string> _outputs = new(StringComparer.Ordinal);

    public override IReadOnlyList<string> Names => [.. _groups.Value.Keys];

    /// <inheritdoc/>
    /// <exception cref="RemoteShellException">A file is wrong, or the command of the group fails.</exception>
    public override string? Find(string name)
    {
        if (!_groups.Value.TryGetValue(name, out ConfiguredGroup? group))
            return null;
        if (group.Key == ConfigurationKeys.Group)
            return group.Definition.Value;
        if (!_outputs.TryGetValue(name, out string? output))
            _outputs[name] = output = GroupOutput.Of(group);
        return output;
    }
}
