using System.Net;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>Hosts of a run over an unreliable network.</summary>
public sealed class FleetReconnectingTests
{
    [Fact]
    public async Task Host_whose_connection_is_cut_reconnects_and_is_ok()
    {
        await using FleetServer server = await FleetServer.StartAsync();
        await using var relay = new TcpRelay(IPEndPoint.Parse(server.Programs.Host));
        await server.AddHostAsync("far", $"Port {relay.Address.Port}");
        await server.AddHostAsync("near");
        int first = relay.Connections;
        relay.Budget = number => number - first < 4 ? 300_000 + (number * 70_001) : long.MaxValue;
        Output output = await server.RunAsync("far,near", $"echo x >> {server["side"]}; seq 1 200000; exit 0");
        Assert.Equal(0, output.Status);
        Assert.Equal(["x", "x"], server.Lines("side"));
        string[] lines = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string host in (string[])["far", "near"])
        {
            Assert.Equal(
                Enumerable.Range(1, 200_000).Select(i => $"{host}: {i}"),
                lines.Where(line => line.StartsWith($"{host}: ", StringComparison.Ordinal)));
        }

        Assert.InRange(relay.Connections - first, 3, 6);
        Assert.Equal(
            relay.Connections - first - 1, output.Error.Split("rsh-client: far: lost the connection, reconnecting: ").Length - 1);
        Assert.All(server.LastRun().Verdicts, verdict => Assert.Equal(VerdictKind.Ok, verdict.Kind));
    }
}
