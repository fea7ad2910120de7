using System.Diagnostics;
using System.Net;
using RemoteShell.EndToEnd.Forwarding;

namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>The calls by which editors work on another machine, replayed.</summary>
public sealed class EditorTests
{
    private const string Script = """
        echo "script in $0"
        uname >/dev/null && printf 'listeningOn==%s==\n' 4242
        exit 3

        """;

    [Theory]
    [InlineData("rsh-ssh -v -T -o ConnectTimeout=15 far")]
    [InlineData("rsh-ssh -T far bash")]
    [InlineData("rsh-ssh -T -o ConnectTimeout=15 far sh")]
    public async Task Script_on_standard_input_runs_in_a_shell_without_a_terminal(string call)
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        await File.WriteAllTextAsync(folder["script"], Script);
        Output output = await folder.TryAsync($"{call} <script");
        Assert.Equal(3, output.Status);
        Assert.Contains("listeningOn==4242==\n", output.Text);
        string[] debug = [.. output.Error.Split('\n').Where(line => line.StartsWith("debug1: ", StringComparison.Ordinal))];
        Assert.Equal(call.Contains("-v", StringComparison.Ordinal), debug.Any(line => line.Contains("Authenticated to")));
    }

    [Fact]
    public async Task Shell_answers_line_by_line_while_its_input_stays_open()
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        using Process process = folder.Start("exec rsh-ssh -T far bash");
        for (int i = 0; i < 3; i++)
        {
            await process.StandardInput.WriteLineAsync($"echo answer {i}");
            await process.StandardInput.FlushAsync();
            Assert.Equal($"answer {i}", await process.StandardOutput.ReadLineAsync().Within());
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync().Within();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Socks_port_works_beside_the_shell()
    {
        await using SshFolder folder = await SshFolder.StartAsync("--allow-forwarding");
        await using WebServer web = await WebServer.StartAsync();
        int port = FreePort.Take();
        // VS Code reaches its server at the far end through this port.
        using Process process = folder.Start($"exec rsh-ssh -v -T -D {port} -o ConnectTimeout=15 far bash 2>/dev/null");
        await process.StandardInput.WriteLineAsync("echo begun");
        await process.StandardInput.FlushAsync();
        Assert.Equal("begun", await process.StandardOutput.ReadLineAsync().Within());
        using var handler = new SocketsHttpHandler { Proxy = new WebProxy($"socks5://127.0.0.1:{port}") };
        using var client = new HttpClient(handler);
        const int size = 100_000;
        Assert.Equal(WebServer.Page(size), await client.GetStringAsync(new Uri($"http://127.0.0.1:{web.Port}/{size}")).Within());
        process.StandardInput.Close();
        await process.WaitForExitAsync().Within();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Login_shell_on_a_terminal_takes_tildes_as_they_are_with_escapes_off()
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        // TRAMP, up to its own prompt.
        await using TestTerminal terminal = folder.StartOnTerminal(
            "exec rsh-ssh -l \"$(id -un)\" -o ControlMaster=auto -o ControlPath=tramp.%C -o ControlPersist=no -e none far");
        await terminal.TypeAsync("exec env TERM=dumb PROMPT_COMMAND='' PS1='///4f2b#$' /bin/sh -i\r");
        await terminal.SeesAsync("\r///4f2b#$");
        await terminal.TypeAsync("stty -echo; PS1='///end#'\r");
        await terminal.SeesAsync("///end#");
        await terminal.TypeAsync("cat <<E\r~.\r~~\r~?\rE\r");
        await terminal.SeesAsync("~.\r\n~~\r\n~?\r\n");
        await terminal.TypeAsync("exit 4\r");
        Assert.Equal(4, await terminal.EndAsync());
    }

    [Fact]
    public async Task Escape_character_is_that_of_the_option()
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        await using TestTerminal terminal = folder.StartOnTerminal("exec rsh-ssh -t -e % far 'echo ready; cat'");
        await terminal.SeesAsync("ready");
        await terminal.TypeAsync("~.\r");
        await terminal.SeesAsync("~.\r\n~.\r\n");
        await terminal.TypeAsync("%%x\r");
        await terminal.SeesAsync("%x\r\n%x\r\n");
        await terminal.TypeAsync("%.");
        Assert.Equal(255, await terminal.EndAsync());
    }
}
