using System.Security.Cryptography;
using System.Text;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>Standard input of a run on a set of hosts.</summary>
public sealed class FleetInputTests : IAsyncLifetime
{
    private FleetServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FleetServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_host_gets_all_of_the_input()
    {
        const int Hosts = 20;
        var input = new byte[1 << 20];
        new Random(1).NextBytes(input);
        Output output = await _server.InputAsync(input, "run", "--accept-new", "-i", _server.Hosts(Hosts), "sha256sum");
        Assert.Equal(0, output.Status);
        string digest = Convert.ToHexStringLower(SHA256.HashData(input));
        string[] lines = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Hosts, lines.Length);
        Assert.All(lines, line => Assert.EndsWith($": {digest}  -", line));
    }

    [Fact]
    public async Task Host_that_does_not_read_its_input_does_not_hold_up_the_others()
    {
        await _server.AddHostAsync("reader", "SetEnv DO=sha256sum");
        await _server.AddHostAsync("deaf", "SetEnv DO=true");
        var input = new byte[40 << 20];
        Output output = await _server.InputAsync(input, "run", "--accept-new", "-i", "reader,deaf", "$DO");
        Assert.Equal(0, output.Status);
        Assert.Equal($"reader: {Convert.ToHexStringLower(SHA256.HashData(input))}  -\n", output.Text);
    }

    [Fact]
    public async Task Input_of_hosts_cannot_be_the_list_of_hosts_too()
    {
        Output output = await _server.InputAsync("a\n"u8.ToArray(), "run", "--accept-new", "-i", "-", $"touch {_server["ran"]}");
        Assert.Equal(2, output.Status);
        Assert.Contains("standard input", output.Error);
        Assert.Empty(_server.Store.List());
    }

    [Fact]
    public async Task Hosts_come_from_standard_input()
    {
        await _server.AddHostAsync("a");
        await _server.AddHostAsync("b");
        Output output = await _server.InputAsync(Encoding.UTF8.GetBytes("a\nb"), "run", "--accept-new", "-", "cat; echo here");
        Assert.Equal(0, output.Status);
        Assert.Equal(["a: here", "b: here"], output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }
}
