using System.Diagnostics;
using RemoteShell.Testing.Nats;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>What a user sees if a host cannot be reached through a broker: a message, a hint, and exit status 255, at once.</summary>
public sealed class BrokerErrorTests
{
    // The runtime of a program that is not native starts twice.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Host_that_is_not_there()
    {
        Assert.SkipUnless(NatsServer.IsInstalled, NatsServer.Missing);
        await using NatsServer broker = await NatsServer.StartAsync();
        await FailsAsync(["--broker", broker.Url], "no host named 'nobody' is connected to the broker");
    }

    [Fact]
    public async Task Broker_that_is_away()
    {
        string url = $"nats://127.0.0.1:{FreePort.Take()}";
        await FailsAsync(["--broker", url], $"cannot reach the broker {url}: ");
    }

    [Fact]
    public async Task Wrong_address() => await FailsAsync(["--broker", "hub"], "'hub' is not the address of a broker");

    [Fact]
    public async Task Wrong_credentials()
    {
        Assert.SkipUnless(NatsServer.IsInstalled, NatsServer.Missing);
        await using NatsServer broker = await NatsServer.StartAsync("authorization { user: web, password: secret }");
        await FailsAsync(["--broker", broker.Url], $"the broker {broker.Url} does not accept the credentials");
    }

    private static async Task FailsAsync(string[] options, string message)
    {
        await using var programs = new Programs();
        await programs.CreateKeysAsync();
        long start = Stopwatch.GetTimestamp();
        Output output = await programs.ClientAsync(["run", .. options, "nobody", "true"]);
        Assert.True(Stopwatch.GetElapsedTime(start) < AtOnce, "it takes too long");
        Assert.Equal((255, ""), (output.Status, output.Text));
        string[] lines = output.Error.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length == 2, output.Error);
        Assert.StartsWith($"rsh-client: {message}", lines[0]);
        Assert.DoesNotContain("rsh-broker: ", output.Error);
    }
}
