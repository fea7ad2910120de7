namespace RemoteShell.Cli.Client.Brokers;

/// <summary>Asks a broker which hosts are connected to it.</summary>
internal static class BrokerHosts
{
    /// <summary>The hosts, by name.</summary>
    /// <param name="arguments">The options of the broker.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Protocol.RemoteShellException">The broker cannot be used.</exception>
    public static async Task<IReadOnlyList<BrokerHost>> ListAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var call = BrokerCall.Start(["hosts", .. arguments]);
        List<BrokerHost> hosts = [];
        while (await call.Output.ReadLineAsync(cancellationToken) is { } line)
            hosts.Add(BrokerHost.Read(line));
        await call.EndAsync(cancellationToken);
        return hosts;
    }
}
