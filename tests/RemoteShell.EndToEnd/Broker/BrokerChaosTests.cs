using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using RemoteShell.EndToEnd.SshPrograms;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>Each command through a broker that loses, doubles, swaps and delays messages: each byte comes once, in order.</summary>
public sealed class BrokerChaosTests
{
    private const string Host = BrokerPrograms.Host;

    private static readonly int Size = TestSize.Of(3, 32) * 1024 * 1024;
    private static readonly int Count = TestSize.Of(40, 400);

    /// <summary>Whose messages have faults, and the seed.</summary>
    public static TheoryData<string, int> Cases
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (string side in TestSize.IsFull ? (string[])["both", "host", "client"] : ["both"])
            {
                foreach (int seed in FuzzSeed.Of(1, TestSize.Of(1, 10)))
                    all.Add(side, seed);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Run_has_all_output_and_input_and_runs_once(string side, int seed)
    {
        await using BrokerPrograms broker = await StartAsync(side, seed);
        byte[] input = RandomNumberGenerator.GetBytes(Size), output = RandomNumberGenerator.GetBytes(Size);
        await File.WriteAllBytesAsync(broker["far"], output);
        using Process client = broker.Programs.Start(
            "rsh-client", "run", "-i", Host, $"echo x >>{broker["effect"]}; cat {broker["far"]} & cat >{broker["got"]}; wait; exit 5");
        Output ended = await BrokerPrograms.EndAsync(client, input);
        Assert.True(ended.Status == 5, ended.Error);
        AssertSame(output, ended.Bytes);
        AssertSame(input, await File.ReadAllBytesAsync(broker["got"]));
        Assert.Equal(["x"], await File.ReadAllLinesAsync(broker["effect"]));
        Assert.NotEqual(0, broker.Proxy.Faulty);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Shell_has_each_line_once(string side, int seed)
    {
        await using BrokerPrograms broker = await StartAsync(side, seed);
        await using TestTerminal terminal = broker.Programs.ClientOnTerminal("shell", Host);
        for (int n = 0; n < Count; n++)
        {
            await terminal.TypeAsync($"echo {n} >>{broker["effect"]}; echo =$(({n}+1))=\r");
            await terminal.SeesAsync($"={n + 1}=");
        }

        await terminal.TypeAsync("exit 5\r");
        Assert.Equal(5, await terminal.EndAsync());
        Assert.Equal(Numbers(), await File.ReadAllLinesAsync(broker["effect"]));
        Assert.NotEqual(0, broker.Proxy.Faulty);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Files_are_put_and_got(string side, int seed)
    {
        await using BrokerPrograms broker = await StartAsync(side, seed);
        byte[] content = RandomNumberGenerator.GetBytes(Size);
        await File.WriteAllBytesAsync(broker["near"], content);
        await SucceedsAsync(broker, "put", broker["near"], $"{Host}:{broker["far"]}");
        await SucceedsAsync(broker, "get", $"{Host}:{broker["far"]}", broker["again"]);
        AssertSame(content, await File.ReadAllBytesAsync(broker["far"]));
        AssertSame(content, await File.ReadAllBytesAsync(broker["again"]));
        Assert.NotEqual(0, broker.Proxy.Faulty);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Connect_runs_the_lines_of_a_pipe_in_order_and_once(string side, int seed)
    {
        await using BrokerPrograms broker = await StartAsync(side, seed);
        using Process client = broker.Programs.Start("rsh-client", "connect", Host);
        string lines = string.Concat(Numbers().Select(n => $"echo {n} >>{broker["effect"]}; echo {n}\n"));
        Output output = await BrokerPrograms.EndAsync(client, System.Text.Encoding.UTF8.GetBytes($"{lines}exit 3\n"));
        Assert.True(output.Status == 3, output.Error);
        Assert.Equal(Numbers(), output.Text.Split('\n')[..^1]);
        Assert.Equal(Numbers(), await File.ReadAllLinesAsync(broker["effect"]));
        Assert.NotEqual(0, broker.Proxy.Faulty);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Rsync_copies_a_tree_there_and_back(string side, int seed)
    {
        SshFolder.Need("rsync");
        await using BrokerPrograms broker = await StartAsync(side, seed);
        File.CreateSymbolicLink(broker["rsh-ssh"], Programs.ClientPath);
        Directory.CreateDirectory(broker["src"]);
        for (int n = 0; n < Count; n++)
            await File.WriteAllBytesAsync(Path.Combine(broker["src"], $"{n}"), RandomNumberGenerator.GetBytes(Size / Count));
        string script = $"""
            set -e
            rsync -a -e {broker["rsh-ssh"]} src/ {Host}:{broker["far"]}/
            rsync -a -e {broker["rsh-ssh"]} {Host}:{broker["far"]}/ back/
            diff -r src {broker["far"]}
            diff -r src back
            """;
        using Process rsync = broker.Programs.StartTool("/bin/bash", "-c", script);
        Output output = await BrokerPrograms.EndAsync(rsync);
        Assert.True((output.Status, output.Text) == (0, ""), output.Error + output.Text);
        Assert.NotEqual(0, broker.Proxy.Faulty);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Forward_carries_the_bytes_of_connections(string side, int seed)
    {
        await using BrokerPrograms broker = await StartAsync(side, seed);
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        int port = FreePort.Take();
        using Process forward = broker.Programs.Start("rsh-client", "forward", Host, $"{port}={target.LocalEndpoint}");
        _ = forward.StandardError.BaseStream.CopyToAsync(Stream.Null);
        await Waiting.UntilAsync(() => ListensAsync(port), "the forward listens");
        Task echo = EchoAsync(await target.AcceptTcpClientAsync().Within());
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SendAsync(port, target))).Within(TimeSpan.FromMinutes(3));
        await echo.Within();
        Programs.Signal(forward, "TERM");
        await forward.WaitForExitAsync().Within();
        Assert.NotEqual(0, broker.Proxy.Faulty);
    }

    private static async Task<BrokerPrograms> StartAsync(string side, int seed)
    {
        BrokerPrograms broker = await BrokerPrograms.StartAsync("--allow-forwarding", "--shell", "/bin/sh");
        broker.Proxy.Faults = new()
        {
            Concerns = side switch
            {
                "host" => subject => subject.StartsWith("rsh.", StringComparison.Ordinal),
                "client" => subject => subject.StartsWith("_INBOX.", StringComparison.Ordinal),
                _ => _ => true,
            },
            Lost = 0.005,
            Doubled = 0.05,
            Swapped = 0.005,
            Late = 0.05,
            Seed = seed,
        };
        return broker;
    }

    // xunit compares long arrays slowly, and prints them.
    private static void AssertSame(byte[] expected, byte[] actual)
        => Assert.True(expected.AsSpan().SequenceEqual(actual), $"{actual.Length} bytes are not the {expected.Length} that were sent");

    private static string[] Numbers() => [.. Enumerable.Range(0, Count).Select(n => $"{n}")];

    private static async Task SucceedsAsync(BrokerPrograms broker, params string[] arguments)
    {
        using Process client = broker.Programs.Start("rsh-client", arguments);
        Output output = await BrokerPrograms.EndAsync(client);
        Assert.True(output.Status == 0, output.Error);
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Sends what comes back, until the end.
    private static async Task EchoAsync(TcpClient accepted)
    {
        using (accepted)
        {
            await using NetworkStream stream = accepted.GetStream();
            await stream.CopyToAsync(stream);
        }
    }

    private static async Task SendAsync(int port, TcpListener target)
    {
        byte[] content = RandomNumberGenerator.GetBytes(Size / 3);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        Task echo = EchoAsync(await target.AcceptTcpClientAsync());
        await using NetworkStream stream = client.GetStream();
        Task sending = Task.Run(async () =>
        {
            await stream.WriteAsync(content);
            client.Client.Shutdown(SocketShutdown.Send);
        });
        using var back = new MemoryStream();
        await stream.CopyToAsync(back);
        await Task.WhenAll(sending, echo);
        AssertSame(content, back.ToArray());
    }
}
