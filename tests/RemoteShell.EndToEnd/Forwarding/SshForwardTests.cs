using System.Net;
using System.Net.Sockets;

namespace RemoteShell.EndToEnd.Forwarding;

/// <summary>The forwards of the command that programs take for ssh.</summary>
public sealed class SshForwardTests : IAsyncLifetime
{
    private const int PageSize = 5000;

    private Programs _programs = null!;
    private WebServer _web = null!;

    private string Destination => $"rsh://{_programs.Host}";

    public async ValueTask InitializeAsync()
    {
        _web = await WebServer.StartAsync();
        _programs = await Programs.StartAsync("--allow-forwarding");
    }

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        await _web.DisposeAsync();
    }

    [Fact]
    public async Task Standard_input_and_output_lead_to_a_port()
    {
        string request = $"GET /{PageSize} HTTP/1.0\r\n\r\n";
        Output page = await _programs.ClientWithInputAsync(request, "ssh", "-W", $"localhost:{_web.Port}", Destination);
        Assert.Equal((0, ""), (page.Status, page.Error));
        Assert.EndsWith(WebServer.Page(PageSize), page.Text);
        Output refused = await _programs.ClientAsync("ssh", "-W", "localhost:1", Destination);
        Assert.Equal(255, refused.Status);
        Assert.Contains("Connection refused", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_in_the_background_forwards_until_its_command_ends()
    {
        int port = FreePort.Take();
        string go = Path.Combine(_programs.Home, "go"), log = Path.Combine(_programs.Home, "said");
        Output started = await _programs.ShellAsync(
            $"exec $C ssh -f -E '{log}' -L {port}:localhost:{_web.Port} '{Destination}' "
            + $"'while ! [ -e {go} ]; do sleep 0.1; done' >/dev/null 2>&1");
        Assert.Equal(0, started.Status);
        using (var client = new HttpClient())
            Assert.Equal(WebServer.Page(PageSize), await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/{PageSize}")).Within());
        await File.WriteAllTextAsync(go, "");
        await Waiting.UntilAsync(async () => !await AnswersAsync(port), "the port is closed");
        Assert.Equal("", await File.ReadAllTextAsync(log));
    }

    [Fact]
    public async Task Background_is_not_entered_if_a_forward_fails()
    {
        using var used = new TcpListener(IPAddress.Loopback, 0);
        used.Start();
        string forward = $"{((IPEndPoint)used.LocalEndpoint).Port}:localhost:1";
        Output failed = await _programs.ClientAsync("ssh", "-f", "-N", "-oExitOnForwardFailure=yes", "-L", forward, Destination);
        Assert.Equal(255, failed.Status);
        Assert.Contains("cannot listen", failed.Error, StringComparison.Ordinal);
        // Without the option it is told, and the command runs.
        Output told = await _programs.ClientAsync("ssh", "-L", forward, Destination, "echo ran");
        Assert.Equal((0, "ran\n"), (told.Status, told.Text));
        Assert.Contains("cannot listen", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_is_there_for_the_command_and_only_if_asked_for()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-agent"), "ssh-agent is not installed");
        string key = Path.Combine(_programs.Home, "key");
        string script = $"""
            ssh-keygen -q -t ed25519 -N '' -C from-here -f '{key}'
            ssh-agent sh -c '
            ssh-add -q "$0"
            $C ssh -A "$1" "echo \$SSH_AUTH_SOCK; ssh-add -l"; echo "$?"
            $C ssh "$1" "ssh-add -l"; echo "$?"' '{key}' '{Destination}'
            """;
        Output listed = await _programs.ShellAsync(script);
        string[] lines = listed.Text.Split('\n');
        Assert.EndsWith("from-here (ED25519)", lines[1]);
        Assert.Equal("0", lines[2]);
        // 2: it cannot find an agent.
        Assert.Equal("2", lines[^2]);
        Assert.Contains(_programs.Log, line => line.Contains("agent", StringComparison.Ordinal));
        await Waiting.Until(() => !Directory.Exists(Path.GetDirectoryName(lines[0])), "the folder of the socket is removed");
    }

    private static async Task<bool> AnswersAsync(int port)
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
}
