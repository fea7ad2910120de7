using System.Diagnostics;
using System.Security.Cryptography;
using RemoteShell.EndToEnd.Forwarding;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>Each command through a broker.</summary>
public sealed class BrokerTests
{
    private const string Host = BrokerPrograms.Host;

    [Fact]
    public async Task Run_has_the_output_the_errors_and_the_exit_status_of_the_command()
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        Output output = await broker.ClientAsync("run", Host, "echo out; echo err >&2; exit 7");
        Assert.Equal((7, "out\n", "err\n"), (output.Status, output.Text, output.Error));
    }

    [Fact]
    public async Task Megabytes_go_both_ways_at_once()
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        byte[] input = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
        using Process client = broker.Programs.Start("rsh-client", "run", "-i", Host, "cat");
        Output output = await BrokerPrograms.EndAsync(client, input);
        Assert.Equal((0, ""), (output.Status, output.Error));
        Assert.True(input.AsSpan().SequenceEqual(output.Bytes));
    }

    [Fact]
    public async Task Files_are_put_and_got()
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        byte[] content = RandomNumberGenerator.GetBytes(5_000_000);
        await File.WriteAllBytesAsync(broker["near"], content);
        Output put = await broker.ClientAsync("put", broker["near"], $"{Host}:{broker["far"]}");
        Assert.True(put.Status == 0, put.Error);
        Output get = await broker.ClientAsync("get", $"{Host}:{broker["far"]}", broker["again"]);
        Assert.True(get.Status == 0, get.Error);
        Assert.Equal(content, await File.ReadAllBytesAsync(broker["again"]));
    }

    [Fact]
    public async Task Shell_has_a_terminal()
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync("--shell", "/bin/sh");
        await using TestTerminal terminal = broker.Programs.ClientOnTerminal("shell", Host);
        await terminal.TypeAsync("stty size; echo $((40 + 2))done\r");
        await terminal.SeesAsync("24 80");
        await terminal.SeesAsync("42done");
        await terminal.TypeAsync("exit 5\r");
        Assert.Equal(5, await terminal.EndAsync());
    }

    [Fact]
    public async Task Connect_runs_the_lines_of_a_pipe()
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        Output output = await broker.Programs.ClientWithInputAsync("X=4\necho ${X}2\nexit 3\n", "connect", Host);
        Assert.Equal((3, "42\n"), (output.Status, output.Text));
    }

    [Fact]
    public async Task Forward_carries_connections()
    {
        await using WebServer web = await WebServer.StartAsync();
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync("--allow-forwarding");
        int port = FreePort.Take();
        using Process forward = broker.Programs.Start("rsh-client", "forward", Host, $"{port}={web.Port}");
        try
        {
            using var client = new HttpClient();
            var page = new Uri($"http://127.0.0.1:{port}/100000");
            await Waiting.UntilAsync(() => IsThereAsync(client, page), "the forward listens");
            string[] pages = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetStringAsync(page))).Within();
            Assert.All(pages, text => Assert.Equal(WebServer.Page(100_000), text));
        }
        finally
        {
            Programs.Signal(forward, "TERM");
            await forward.WaitForExitAsync().Within();
        }
    }

    [Fact]
    public async Task Rsh_ssh_reaches_the_host()
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        File.CreateSymbolicLink(broker["rsh-ssh"], Programs.ClientPath);
        using Process ssh = broker.Programs.StartTool(broker["rsh-ssh"], Host, "echo out; exit 4");
        Output output = await BrokerPrograms.EndAsync(ssh);
        Assert.Equal((4, "out\n", ""), (output.Status, output.Text, output.Error));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Serve_ends_by_a_signal_with_status_0(string signal)
    {
        await using BrokerPrograms broker = await BrokerPrograms.StartAsync();
        Assert.Equal(0, await broker.StopServeAsync(signal));
    }

    private static async Task<bool> IsThereAsync(HttpClient client, Uri page)
    {
        try
        {
            await client.GetStringAsync(page).Within();
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
