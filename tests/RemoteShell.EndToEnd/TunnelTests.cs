using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>A server that listens on a unix socket only, and clients whose program carries the bytes there.</summary>
public sealed class TunnelTests : IAsyncLifetime
{
    // Carries bytes between a unix socket and standard input and output.
    private const string Carrier = """
        import os, socket, sys, threading
        tunnel = socket.socket(socket.AF_UNIX)
        tunnel.connect(sys.argv[1])
        def send():
            while data := os.read(0, 65536):
                tunnel.sendall(data)
            tunnel.shutdown(socket.SHUT_WR)
        threading.Thread(target=send, daemon=True).start()
        while data := tunnel.recv(65536):
            while data:
                data = data[os.write(1, data):]
        """;

    private readonly Programs _programs = new();

    private string Socket => Path.Combine(_programs.Home, "tunnels");

    private string Config => Path.Combine(_programs.Home, "config");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc and statx(2)");
        await _programs.CreateKeysAsync();
        string carrier = Path.Combine(_programs.Home, "carrier.py");
        await File.WriteAllTextAsync(carrier, Carrier);
        string lines = $"Host far\n ProxyCommand python3 {carrier} {Socket}\n AcceptNew yes\n";
        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "client", "config"), lines);
    }

    public async ValueTask DisposeAsync() => await _programs.DisposeAsync();

    [Fact]
    public async Task Commands_run_and_no_port_listens()
    {
        await _programs.StartServerAtAsync(Socket);
        Assert.Equal(0, PortsOf(_programs.Server));
        Output output = await _programs.ClientAsync("run", "far", "seq 200000 | tail -1; exit 7");
        Assert.Equal(("200000\n", 7), (output.Text, output.Status));
        output = await _programs.ClientAsync("run", "far", "echo $RSH_CLIENT, $SSH_CONNECTION, $SSH_CLIENT");
        Assert.Equal("UNKNOWN, UNKNOWN 65535 UNKNOWN 65535,\n", output.Text);
        output = await _programs.ClientWithInputAsync("echo $SSH_CLIENT\n", "connect", "far");
        Assert.Equal("UNKNOWN 65535 65535\n", output.Text);
    }

    [Fact]
    public async Task Lists_status_and_disconnect_name_the_tunnel()
    {
        await _programs.StartServerAtAsync(Socket, "--stop-grace=100ms");
        using Process running = _programs.Start("rsh-client", "run", "far", "echo begun; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        Output status = await _programs.RunAsync("rsh-server", ["status"], "");
        Assert.Contains($"listening on unix:{Socket}; host key SHA256:", status.Text);
        Assert.Contains("  from tunnel 1, since ", status.Text);
        Assert.Contains("tunnel 1", (await _programs.ClientAsync("who", "far")).Text);
        Assert.Contains("sleep 100", (await _programs.ClientAsync("jobs", "far")).Text);
        string json = (await _programs.RunAsync("rsh-server", ["status", "--json"], "")).Text;
        using var document = JsonDocument.Parse(json);
        JsonElement connection = Assert.Single(document.RootElement.GetProperty("connections").EnumerateArray());
        Assert.Equal("tunnel 1", connection.GetProperty("from").GetString());
        Assert.Equal(0, (await _programs.RunAsync("rsh-server", ["disconnect", $"{connection.GetProperty("id")}"], "")).Status);
        Assert.Contains("administrator ended the connection", await running.StandardError.ReadToEndAsync().Within());
        await running.WaitForExitAsync().Within();
    }

    [Fact]
    public async Task Key_with_from_is_refused_with_the_reason()
    {
        await _programs.StartServerAtAsync(Socket);
        string keys = Path.Combine(_programs.Home, "server", "authorized_keys");
        await File.WriteAllTextAsync(keys, $"from=\"0.0.0.0/0\" {await File.ReadAllTextAsync(keys)}");
        Output output = await _programs.ClientAsync("run", "far", "true");
        Assert.Equal(255, output.Status);
        Assert.Contains("the key is permitted from certain addresses only, and a tunnel has none", output.Error);
    }

    [Fact]
    public async Task Socket_is_replaced_after_a_kill_and_removed_after_a_stop()
    {
        await _programs.StartServerAtAsync(Socket);
        await _programs.KillServerAsync();
        Assert.True(Path.Exists(Socket));
        await _programs.StartServerAtAsync(Socket);
        Assert.Equal("ok\n", (await _programs.ClientAsync("run", "far", "echo ok")).Text);
        Assert.Equal(0, (await _programs.RunAsync("rsh-server", ["stop"], "")).Status);
        Assert.False(Path.Exists(Socket));
    }

    [Fact]
    public async Task Second_server_is_refused_and_the_first_one_serves_on()
    {
        await _programs.StartServerAtAsync(Socket);
        var other = new Dictionary<string, string> { ["RSH_HOME"] = Path.Combine(_programs.Home, "other") };
        Output second = await _programs.RunAsync("rsh-server", ["run", "--config", "none", "--listen", $"unix:{Socket}"], "", other);
        Assert.Equal((1, ""), (second.Status, second.Text));
        Assert.Contains($"rsh-server: cannot listen on unix:{Socket}: another program listens there\n", second.Error);
        Assert.Equal("ok\n", (await _programs.ClientAsync("run", "far", "echo ok")).Text);
    }

    [Fact]
    public async Task Check_names_what_is_wrong_and_is_silent_beside_the_running_server()
    {
        await _programs.StartServerAtAsync(Socket);
        Output fine = await ServerAsync("--check", "--listen", $"unix:{Socket}");
        Assert.Equal((0, "", ""), (fine.Status, fine.Text, fine.Error));
        await File.WriteAllTextAsync(Config, "ListenAddress unix:/nonexistent/socket\nListenAddress unix:relative\nUdp yes\n");
        Output wrong = await _programs.RunAsync("rsh-server", ["run", "--check", "--config", Config], "");
        Assert.Equal((1, ""), (wrong.Status, wrong.Text));
        Assert.Contains($"rsh-server: {Config}:2: ListenAddress: unix:relative is not a full path\nwrite the full path", wrong.Error);
        Assert.Contains("cannot listen on unix:/nonexistent/socket: there is no folder /nonexistent\nmake it with", wrong.Error);
        Assert.Contains("rsh-server: cannot answer UDP: the server listens on no TCP address\nadd an address", wrong.Error);
    }

    [Theory]
    [InlineData("--listen: unix:x is not a full path", "--listen", "unix:x")]
    [InlineData("--port-file: the server listens on no TCP port", "--listen", "unix:/tmp/x", "--port-file", "p")]
    public async Task Wrong_command_line_is_refused(string error, params string[] options)
    {
        Output output = await ServerAsync(options);
        Assert.Equal((2, ""), (output.Status, output.Text));
        Assert.StartsWith($"rsh-server: {error}\n", output.Error);
    }

    [Fact]
    public async Task Udp_without_a_port_is_refused()
    {
        Output output = await ServerAsync("--udp", "--listen", $"unix:{Socket}");
        Assert.Equal((1, ""), (output.Status, output.Text));
        Assert.Contains("rsh-server: cannot answer UDP: the server listens on no TCP address\nadd an address with --listen", output.Error);
        Assert.False(Path.Exists(Socket));
    }

    [Fact]
    public async Task File_names_sockets_beside_addresses_and_a_change_needs_a_restart()
    {
        await File.WriteAllTextAsync(Config, $"ListenAddress 127.0.0.1:{FreePort.Take()}\nListenAddress unix:{Socket}\n");
        await _programs.StartServerByAsync("--config", Config);
        Assert.Equal("ok\n", (await _programs.ClientAsync("run", "far", "echo ok")).Text);
        Assert.Equal("ok\n", (await _programs.ClientAsync("run", "--accept-new", _programs.Host, "echo ok")).Text);
        await File.WriteAllTextAsync(Config, "");
        Programs.Signal(_programs.Server, "HUP");
        await Waiting.Until(() => KeptLines() == 1, "the log names the key once");
        Assert.Equal("ok\n", (await _programs.ClientAsync("run", "far", "echo ok")).Text);

        int KeptLines() => _programs.Log.Count(line => line.Contains("ListenAddress keeps its value", StringComparison.Ordinal));
    }

    private Task<Output> ServerAsync(params string[] options)
        => _programs.RunAsync("rsh-server", ["run", "--config", "none", .. options], "");

    // The listening TCP sockets of a process: the state 0A in the fourth column of the table, and the inode in the tenth.
    private static int PortsOf(Process process)
    {
        HashSet<string> inodes =
        [
            .. from table in (string[])["tcp", "tcp6"]
               where File.Exists($"/proc/{process.Id}/net/{table}")
               from line in File.ReadLines($"/proc/{process.Id}/net/{table}")
               let columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where columns[3] == "0A"
               select $"socket:[{columns[9]}]",
        ];
        return Directory.EnumerateFiles($"/proc/{process.Id}/fd").Count(file => inodes.Contains(new FileInfo(file).LinkTarget ?? ""));
    }
}
