using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

public class ServerTests
{
    [Fact]
    public async Task Server_prints_its_address_writes_its_port_and_stops_on_signals()
    {
        foreach (string signal in new[] { "TERM", "INT" })
        {
            await using var programs = new Programs();
            string file = Path.Combine(programs.Home, "port");
            await programs.StartServerAsync("--port-file", file);
            Assert.EndsWith($":{File.ReadAllText(file).Trim()}", programs.Host);
            Programs.Signal(programs.Server, signal);
            await programs.Server.WaitForExitAsync().Within();
            Assert.Equal(0, programs.Server.ExitCode);
            Assert.Empty(await programs.Server.StandardOutput.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task Server_keeps_its_key_and_prints_its_fingerprint()
    {
        await using Programs programs = await Programs.StartAsync();
        string before = (await programs.RunAsync("rsh-server", ["fingerprint"], "")).Text;
        Assert.StartsWith("SHA256:", before);
        Assert.Equal(before, (await programs.RunAsync("rsh-server", ["fingerprint"], "")).Text);
        Assert.Equal(0, (await programs.ClientAsync("run", "--fingerprint", before.Trim(), programs.Host, "true")).Status);
    }

    [Fact]
    public async Task Server_listens_on_both_loopback_addresses_on_one_port()
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "needs IPv6");
        await using var programs = new Programs();
        using Process server = programs.Start("rsh-server", "run", "--listen", "127.0.0.1:0", "--listen", "[::1]:0");
        _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null);
        string first = (await server.StandardOutput.ReadLineAsync().Within())!;
        string second = (await server.StandardOutput.ReadLineAsync().Within())!;
        Assert.Equal($"listening on [::1]:{first.Split(':')[^1]}", second);
        Programs.Signal(server, "TERM");
        await server.WaitForExitAsync().Within();
    }

    [Fact]
    public async Task Log_has_start_and_end_of_each_job()
    {
        await using Programs programs = await Programs.StartAsync();
        await programs.ClientAsync("run", "--env", "TOKEN=s3cret", programs.Host, "echo logged; exit 4");
        Programs.Signal(programs.Server, "TERM");
        await programs.Server.WaitForExitAsync().Within();
        string[] lines = File.ReadAllLines(Assert.Single(Directory.GetFiles(Path.Combine(programs.Home, "server", "log"))));
        Assert.DoesNotContain(lines, line => line.Contains("s3cret", StringComparison.Ordinal));
        JsonElement end = lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Last(entry => entry.GetProperty("RenderedMessage").GetString()!.Contains(" ended for ", StringComparison.Ordinal))
            .GetProperty("Properties");
        Assert.Equal(
            ("exited", 4, 7),
            (end.GetProperty("Outcome").GetString(), end.GetProperty("Code").GetInt32(), end.GetProperty("Bytes").GetInt32()));
        Assert.All(
            new[] { "Job", "Peer", "Fingerprint", "Name", "Command", "Duration" }, name => Assert.True(end.TryGetProperty(name, out _)));
    }

    [Theory]
    [InlineData("--listen", "203.0.113.1:1", "cannot listen on")]
    [InlineData("--listen", "nonsense:port", "is not a port")]
    [InlineData("--max-jobs", "0", "must be at least 1")]
    [InlineData("--kill-grace", "soon", "is not a duration")]
    [InlineData("--port-file", "/no/such/folder/port", "cannot write the port")]
    public async Task Server_says_which_option_is_wrong(string option, string value, string what)
    {
        await using var programs = new Programs();
        Output output = await programs.RunAsync(
            "rsh-server", ["run", .. option == "--listen" ? Array.Empty<string>() : ["--listen", "127.0.0.1:0"], option, value], "");
        Assert.NotEqual(0, output.Status);
        Assert.Contains(what, output.Error);
        Assert.Contains("rsh-server: ", output.Error);
        Assert.Empty(output.Text);
    }

    [Fact]
    public async Task Authorize_takes_a_key_as_argument_file_or_standard_input()
    {
        await using var programs = new Programs();
        await programs.ClientAsync("keygen");
        string key = (await programs.ClientAsync("pubkey")).Text.Trim(), file = Path.Combine(programs.Home, "key.pub");
        File.WriteAllText(file, $"{key}\n");
        Assert.StartsWith("authorized SHA256:", (await programs.RunAsync("rsh-server", ["authorize", key], "")).Error);
        Assert.Contains("authorized already", (await programs.RunAsync("rsh-server", ["authorize", file], "")).Error);
        Assert.Contains("authorized already", (await programs.RunAsync("rsh-server", ["authorize", "-"], key)).Error);
        Assert.Contains("authorized already", (await programs.RunAsync("rsh-server", ["authorize", .. key.Split(' ')], "")).Error);
        foreach (string wrong in new[] { "nonsense", "two words", "ssh-ed25519 AAAA", "" })
            Assert.Equal(1, (await programs.RunAsync("rsh-server", ["authorize", wrong], "")).Status);
        Assert.Single(File.ReadAllLines(Path.Combine(programs.Home, "server", "authorized_keys")));
    }

    [Fact]
    public async Task Authorize_explains_what_a_key_may_do()
    {
        await using var programs = new Programs();
        await programs.ClientAsync("keygen");
        string key = (await programs.ClientAsync("pubkey")).Text.Trim().Split(' ')[1];
        string line = $"allow=\"run:uptime *,get:/var/log/**\" ecdsa-sha2-nistp256 {key} anna";
        await programs.RunAsync("rsh-server", ["authorize", line], "");
        string file = Path.Combine(programs.Home, "server", "authorized_keys");
        await ExplainsAsync(0, $"{file}:1: allowed\n", "anna", "run", "uptime", "-p");
        await ExplainsAsync(1, $"{file}:1: refused by allow=\n", "anna", "run", "uptime");
        await ExplainsAsync(1, $"{file}:1: refused by allow=\n", $"ecdsa-sha2-nistp256 {key}", "shell", "uptime -p");
        await ExplainsAsync(0, $"{file}:1: allowed\n", "anna", "get /var/log/syslog");
        await ExplainsAsync(1, "", "nobody", "shell");
        await ExplainsAsync(2, "", "anna", "nonsense");
        await ExplainsAsync(2, "", "anna");
        Assert.Equal([line], File.ReadAllLines(file));

        async Task ExplainsAsync(int status, string text, params string[] words)
        {
            var output = await programs.RunAsync("rsh-server", ["authorize", "--explain", .. words], "");
            Assert.Equal((status, text), (output.Status, output.Text));
        }
    }

    [Fact]
    public async Task Commands_do_not_inherit_ignored_signals()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/self/status");
        await using var programs = new Programs();
        await programs.ClientAsync("keygen");
        await programs.RunAsync("rsh-server", ["authorize", "-"], (await programs.ClientAsync("pubkey")).Text);
        await programs.StartServerThatIgnoresSignalsAsync();
        for (int i = 0; i < 2; i++)
            Assert.Equal(
                "SigIgn:\t0000000000000000\n",
                (await programs.ClientAsync("run", "--accept-new", programs.Host, "grep SigIgn /proc/self/status")).Text);
    }

    [Fact]
    public async Task Embedding_sample_runs_its_two_commands()
    {
        await using Programs programs = await Programs.StartAsync();
        Output output = await programs.RunAsync("Embedding", [programs.Host], "");
        Assert.Equal(
            "two words\n$HOME stays as it is\nexited 0, 31 bytes, verified\na line for the shell\nexited 3, 21 bytes, verified\n",
            output.Text);
        Assert.Equal(0, output.Status);
    }

    [Fact]
    public async Task Server_refuses_a_host_key_that_others_can_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix file modes");
            return;
        }

        await using Programs programs = await Programs.StartAsync();
        string key = Path.Combine(programs.Home, "server", "host_key.pem");
        File.SetUnixFileMode(key, File.GetUnixFileMode(key) | UnixFileMode.OtherRead);
        Output output = await programs.RunAsync("rsh-server", ["run", "--listen", "127.0.0.1:0"], "");
        Assert.Equal(1, output.Status);
        Assert.Contains("can be read by others", output.Error);
        Assert.Contains("chmod go-rwx", output.Error);
    }
}
