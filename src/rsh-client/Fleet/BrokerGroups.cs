using System.CommandLine;
using RemoteShell.Cli.Client.Brokers;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>The groups of the configuration, and those of the hosts at a broker: <c>@all</c>, and each that a host says it is in.</summary>
/// <remarks>
/// The broker is that of <c>--broker</c>, or that of a host with the name of the group: <c>Host *</c> names it for all groups.
/// </remarks>
/// <param name="configured">The groups of the configuration, which go first.</param>
/// <param name="parsed">The command line.</param>
internal sealed class BrokerGroups(NodeGroups configured, ParseResult parsed) : NodeGroups
{
    private const string All = "all";

    // The hosts of each broker that was asked, by its options.
    private readonly Dictionary<string, IReadOnlyList<BrokerHost>> _asked = new(StringComparer.Ordinal);

    public override IReadOnlyList<string> Names => configured.Names;

    /// <inheritdoc/>
    /// <exception cref="Protocol.RemoteShellException">The broker cannot be used.</exception>
    public override string? Find(string name)
    {
        if (configured.Find(name) is { } nodes)
            return nodes;
        HostSettings settings = ClientConfiguration.Of(new HostQuery(name, null, null), parsed.GetValue(HostOptions.Config));
        if (HostOptions.BrokerOf(parsed, settings) is not { } arguments)
            return null;
        string[] hosts = [.. HostsOf(arguments).Where(host => name == All || host.Groups.Contains(name)).Select(host => host.Name)];
        return hosts.Length > 0 || name == All ? string.Join(' ', hosts) : null;
    }

    private IReadOnlyList<BrokerHost> HostsOf(IReadOnlyList<string> arguments)
    {
        string key = string.Join('\n', arguments);
        if (!_asked.TryGetValue(key, out IReadOnlyList<BrokerHost>? hosts))
            _asked[key] = hosts = BrokerHosts.ListAsync(arguments, CancellationToken.None).GetAwaiter().GetResult();
        return hosts;
    }
}
