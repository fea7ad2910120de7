using System.Net;
using System.Net.Sockets;
using System.Text;

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
    public async Task End_of_the_target_is_passed_on_while_standard_input_is_open()
    {
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        int port = ((IPEndPoint)target.LocalEndpoint).Port;
        using var client = _programs.Start("rsh-client", "ssh", "-W", $"127.0.0.1:{port}", Destination);
        using Socket far = await target.AcceptSocketAsync().Within();
        await far.SendAsync("x"u8.ToArray());
        far.Shutdown(SocketShutdown.Send);
        Assert.Equal("x", await client.StandardOutput.ReadToEndAsync().Within());
        await client.StandardInput.WriteAsync("rest");
        client.StandardInput.Close();
        byte[] received = new byte[16];
        Assert.Equal("rest".Length, await far.ReceiveAsync(received).Within());
        Assert.StartsWith("rest", Encoding.ASCII.GetString(received));
        Assert.Equal(0, await far.ReceiveAsync(received).Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(0, client.ExitCode);
    }

    [Fact]
    public async Task Script_does_not_wait_for_the_outputs_of_a_program_in_the_background()
    {
        int port = FreePort.Take();
        Output output = await _programs.ShellAsync(
            $"b=-f; said=$($C ssh $b -N -L {port}:localhost:{_web.Port} '{Destination}' 2>&1); echo \"$?:$said\"; "
            + $"exec kill $(pgrep -f -- '[-]f -N -L {port}:')");
        Assert.Equal((0, "0:\n"), (output.Status, output.Text));
    }

    [Fact]
    public async Task Failures_before_the_command_have_the_status_of_ssh()
    {
        using var used = new TcpListener(IPAddress.Loopback, 0);
        used.Start();
        string forward = $"127.0.0.1:{((IPEndPoint)used.LocalEndpoint).Port}:localhost:1";
        Output failed = await _programs.ClientAsync("ssh", "-oExitOnForwardFailure=yes", "-R", forward, Destination, "echo ran");
        Assert.Equal((255, ""), (failed.Status, failed.Text));
        Assert.Contains("in use", failed.Error, StringComparison.Ordinal);
        Output told = await _programs.ClientAsync("ssh", "-R", forward, "-L", "name:1:localhost:1", Destination, "echo ran");
        Assert.Equal((0, "ran\n"), (told.Status, told.Text));
        Output shell = await _programs.ClientAsync("ssh", "-f", Destination);
        Assert.Equal(255, shell.Status);
        Assert.Contains("-f needs a command", shell.Error, StringComparison.Ordinal);
        Output allocated = await _programs.ClientAsync("ssh", "-R", $"0:localhost:{_web.Port}", Destination, "true");
        Assert.Matches("^Allocated port [0-9]+ for remote forward to localhost:[0-9]+\n$", allocated.Error);
    }

    [Fact]
    public async Task Key_that_has_changed_is_found_in_each_file_that_is_named()
    {
        string other = Path.Combine(_programs.Home, "other"), fresh = Path.Combine(_programs.Home, "fresh");
        Output key = await _programs.ClientAsync("pubkey");
        await File.WriteAllTextAsync(other, $"{_programs.Host} {key.Text}");
        string[][] ways =
        [
            ["-o", $"UserKnownHostsFile={fresh} {other}"],
            ["-o", $"UserKnownHostsFile={fresh}", "-o", $"GlobalKnownHostsFile={other}"],
        ];
        foreach (string[] way in ways)
        {
            Output changed = await _programs.ClientAsync(
                ["ssh", "-oStrictHostKeyChecking=accept-new", .. way, Destination, "echo ran"]);
            Assert.Equal((255, ""), (changed.Status, changed.Text));
            Assert.Contains("HAS CHANGED", changed.Error, StringComparison.Ordinal);
            Assert.Contains(other, changed.Error, StringComparison.Ordinal);
        }
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
