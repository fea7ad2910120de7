using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RemoteShell.EndToEnd.Forwarding;

/// <summary><c>-L</c> and <c>LocalForward</c> with the real programs.</summary>
public sealed class LocalForwardTests : IAsyncLifetime
{
    private readonly TcpListener _target = new(IPAddress.Loopback, 0);
    private Programs _programs = null!;

    private string Target => $"127.0.0.1:{((IPEndPoint)_target.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}";

    public async ValueTask InitializeAsync()
    {
        _target.Start();
        _programs = await Programs.StartAsync("--allow-forwarding");
    }

    public async ValueTask DisposeAsync()
    {
        _target.Dispose();
        await _programs.DisposeAsync();
    }

    [Fact]
    public async Task Port_leads_to_the_target_while_the_command_runs()
    {
        int chosen = FreePort.Take();
        string config = Path.Combine(_programs.Home, "config");
        await File.WriteAllTextAsync(config, $"LocalForward {chosen} {Target}\n");
        using var client = _programs.Start(
            "rsh-client", "run", "-i", "--config", config, "-L", $"0:{Target}", _programs.Host, "echo begun; cat");
        string? told = await client.StandardError.ReadLineAsync().Within();
        Assert.StartsWith("rsh-client: forwarding 127.0.0.1:", told);
        Assert.EndsWith($" to {Target}", told);
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        int port = int.Parse(told!.Split(' ')[2].Split(':')[1], CultureInfo.InvariantCulture);
        foreach (int listening in (int[])[port, chosen])
        {
            using var near = new TcpClient();
            await near.ConnectAsync(IPAddress.Loopback, listening).Within();
            await using NetworkStream here = near.GetStream();
            using TcpClient far = await _target.AcceptTcpClientAsync().Within();
            await using NetworkStream there = far.GetStream();
            await here.WriteAsync("there"u8.ToArray()).AsTask().Within();
            near.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal("there", await ReadAsync(there).Within());
            await there.WriteAsync("back"u8.ToArray()).AsTask().Within();
            far.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal("back", await ReadAsync(here).Within());
        }

        client.StandardInput.Close();
        await client.WaitForExitAsync().Within();
        Assert.Equal(0, client.ExitCode);
        using var late = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(IPAddress.Loopback, port)).Within();
    }

    [Fact]
    public async Task Wrong_forward_and_used_port_are_errors_with_a_hint()
    {
        Output wrong = await _programs.ClientAsync("run", "-L", "8080:db", _programs.Host, "echo ran");
        Assert.Equal((2, ""), (wrong.Status, wrong.Text));
        Assert.Contains("[BIND:]PORT:HOST:HOSTPORT", wrong.Error, StringComparison.Ordinal);
        Output used = await _programs.ClientAsync("run", "-L", $"{Target.Split(':')[1]}:{Target}", _programs.Host, "echo ran");
        Assert.Equal((255, ""), (used.Status, used.Text));
        Assert.Contains($"cannot listen on {Target}", used.Error, StringComparison.Ordinal);
        Assert.Contains("choose another port", used.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forward_of_the_file_that_cannot_be_set_up_is_told_and_the_command_runs()
    {
        string config = Path.Combine(_programs.Home, "config");
        await File.WriteAllTextAsync(config, $"LocalForward {Target.Split(':')[1]} {Target}\nDynamicForward {Target}\n");
        Output output = await _programs.ClientAsync("run", "--config", config, _programs.Host, "echo ran");
        string told = $"rsh-client: cannot listen on {Target}: Address already in use\n";
        Assert.Equal((0, "ran\n", told + told), (output.Status, output.Text, output.Error));
        await File.WriteAllTextAsync(config, "# no target\nLocalForward 8080\n");
        Output wrong = await _programs.ClientAsync("run", "--config", config, _programs.Host, "echo ran");
        Assert.Equal((255, ""), (wrong.Status, wrong.Text));
        Assert.Contains($"{config}:2: LocalForward: ", wrong.Error, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, false, 1024, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }
}
