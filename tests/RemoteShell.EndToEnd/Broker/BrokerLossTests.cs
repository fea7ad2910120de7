using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>A command through a broker whose parts die, or lose messages: each byte comes once, and the command runs once.</summary>
public sealed class BrokerLossTests
{
    private const int Lines = 300;
    private const int Status = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, TestSize.Of(2, 50))];

    [Theory]
    [InlineData("serve")]
    [InlineData("dial")]
    [InlineData("broker")]
    [InlineData("connections")]
    public async Task Output_goes_on_at_its_byte_after_a_loss_of(string part)
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        using Process client = Start(broker);
        await SeeAsync(client, from: 0, to: Lines / 4);
        switch (part)
        {
            case "serve":
                await broker.KillServeAsync();
                await broker.StartServeAsync();
                break;
            case "dial":
                await BrokerChild.KillAsync(client, "dial");
                break;
            case "broker":
                await broker.Broker.RestartAsync();
                break;
            default:
                broker.Proxy.Cut();
                break;
        }

        await SeeAsync(client, from: Lines / 4, to: Lines);
        await EndsAsync(broker, client);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Output_is_whole_through_a_broker_that_loses_doubles_swaps_and_delays(int seed)
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        broker.Proxy.Faults = new() { Lost = 0.005, Doubled = 0.02, Swapped = 0.005, Late = 0.02, Seed = seed };
        using Process client = Start(broker);
        await SeeAsync(client, from: 0, to: Lines);
        await EndsAsync(broker, client);
        Assert.NotEqual(0, broker.Proxy.Faulty);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Large_output_is_whole_through_a_broker_that_is_cut_again_and_again(int seed)
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        broker.Proxy.Faults = new() { Lost = 0.001, Seed = seed };
        string command = $"echo x >>{broker["effect"]}; seq 1 3000000";
        using Process client = broker.Programs.Start("rsh-client", "run", BrokerPrograms.Host, command);
        Task<Output> ending = BrokerPrograms.EndAsync(client);
        // Before the first connection, a client does not try again.
        await Waiting.Until(() => File.Exists(broker["effect"]), "the command runs");
        var random = new Random(seed);
        for (int n = 0; n < 5 && !ending.IsCompleted; n++)
        {
            broker.Proxy.Cut();
            await Task.WhenAny(ending, Task.Delay(random.Next(50, 2000)));
        }

        Output output = await ending;
        Assert.True(output.Status == 0, output.Error);
        Assert.Equal(string.Concat(Enumerable.Range(1, 3_000_000).Select(n => $"{n}\n")), output.Text);
        Assert.Equal(["x"], await File.ReadAllLinesAsync(broker["effect"]));
    }

    [Theory]
    [InlineData("rsh.")]
    [InlineData("_INBOX.")]
    public async Task Command_runs_once_if_one_of_the_first_messages_is_lost(string subjects)
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        for (int lost = 0; lost < TestSize.Of(3, 20); lost++)
        {
            int seen = 0, at = lost;
            broker.Proxy.Faults = new()
            {
                Concerns = subject => subject.StartsWith(subjects, StringComparison.Ordinal) && Interlocked.Increment(ref seen) == at + 1,
                Lost = 1,
            };
            using Process client = broker.Programs.Start("rsh-client", "run", BrokerPrograms.Host, $"echo {lost} >>{broker["effect"]}");
            Output output = await BrokerPrograms.EndAsync(client);
            Assert.True(output.Status == 0, $"message {lost}: {output.Error}");
            Assert.Equal($"{lost}", (await File.ReadAllLinesAsync(broker["effect"]))[^1]);
            Assert.Equal(lost + 1, (await File.ReadAllLinesAsync(broker["effect"])).Length);
        }
    }

    // A command with a side effect, a line every 10 ms, and an exit status.
    private static Process Start(BrokerPrograms broker)
    {
        string command = $"echo x >>{broker["effect"]}; i=0; while [ $i -lt {Lines} ]; do echo $i; i=$((i+1)); sleep 0.01; done; "
            + $"exit {Status}";
        Process client = broker.Programs.Start("rsh-client", "run", BrokerPrograms.Host, command);
        client.StandardInput.Close();
        return client;
    }

    private static async Task SeeAsync(Process client, int from, int to)
    {
        for (int n = from; n < to; n++)
        {
            string? line = await client.StandardOutput.ReadLineAsync().Within(Limit);
            Assert.Equal(n.ToString(CultureInfo.InvariantCulture), line);
        }
    }

    private static async Task EndsAsync(BrokerPrograms broker, Process client)
    {
        Assert.Null(await client.StandardOutput.ReadLineAsync().Within(Limit));
        await client.WaitForExitAsync().Within();
        Assert.Equal(Status, client.ExitCode);
        Assert.Equal(["x"], await File.ReadAllLinesAsync(broker["effect"]));
    }
}
