namespace RemoteShell.EndToEnd;

/// <summary><c>--jump</c> and <c>ProxyJump</c> with real programs: the server is the jump host, and the target too.</summary>
public sealed class JumpTests
{
    [Fact]
    public async Task Command_runs_through_jump_hosts_of_the_option_and_of_the_configuration()
    {
        await using Programs programs = await Programs.StartAsync("--allow-forwarding", "--stop-grace=100ms");
        string host = programs.Host, port = host.Split(':')[1];
        Output output = await programs.ClientAsync("run", "--jump", host, host, "seq 100000 | tail -1; exit 3");
        Assert.Equal(("100000\n", "", 3), (output.Text, output.Error, output.Status));
        output = await programs.ClientAsync("run", "-J", $"{host},{host},{host}", host, "echo far");
        Assert.Equal(("far\n", "", 0), (output.Text, output.Error, output.Status));

        string config = Path.Combine(programs.Home, "client", "config");
        await File.WriteAllTextAsync(
            config,
            $"Host inner\n HostName 127.0.0.1\n Port {port}\n ProxyJump bastion\nHost bastion\n HostName 127.0.0.1\n Port {port}\n");
        Assert.Equal("in\n", (await programs.ClientAsync("run", "inner", "echo in")).Text);
        string file = Path.Combine(programs.Home, "file");
        await File.WriteAllTextAsync(file, "content");
        Assert.Equal("content", (await programs.ClientAsync("get", $"inner:{file}", "-")).Text);
        Assert.Equal("in\n", (await programs.ClientAsync("run", "--jump", "none", "inner", "echo in")).Text);
    }

    [Fact]
    public async Task Refusals_and_circles_are_told_with_a_hint()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        string host = programs.Host;
        Output output = await programs.ClientAsync("run", "--jump", host, host, "true");
        Assert.Equal((255, ""), (output.Status, output.Text));
        Assert.StartsWith($"rsh-client: {host} does not connect to {host}: this server does not forward connections\n", output.Error);
        Assert.Contains($"permitopen=\"{host}\"", output.Error);
        Assert.Contains("--allow-forwarding", output.Error);

        output = await programs.ClientAsync("run", "--jump", "a,,b", host, "true");
        Assert.Equal(2, output.Status);
        output = await programs.ClientAsync("run", "--jump", "127.0.0.1:1", host, "true");
        Assert.Contains("nothing listens at 127.0.0.1:1", output.Error);

        string config = Path.Combine(programs.Home, "client", "config");
        await File.WriteAllTextAsync(config, "Host a\n ProxyJump b\nHost b\n ProxyJump a\n");
        output = await programs.ClientAsync("run", "a", "true");
        Assert.Equal(255, output.Status);
        Assert.Contains("jump hosts lead to each other", output.Error);
    }
}
