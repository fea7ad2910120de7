using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd.Monitoring;

/// <summary><c>rsh-server status --watch</c>, on a terminal and elsewhere.</summary>
public class StatusWatchTests
{
    [Fact]
    public async Task Table_follows_the_server_until_interrupted_and_leaves_the_terminal_as_it_was()
    {
        await using Programs programs = await Programs.StartAsync();
        await using TestTerminal terminal = programs.ServerOnTerminal("status", "--watch");
        await terminal.SeesAsync("\u001b[?1049h");
        await terminal.SeesAsync("0 connections · 0 jobs");
        using Process running = programs.Start("rsh-client", "run", programs.Host, "echo begun; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        await terminal.SeesAsync("1 connections · 1 jobs");
        await terminal.SeesAsync("\u001b[7m");
        await terminal.SeesAsync("echo begun; exec sleep 100");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("\u001b[?25h\u001b[?1049l");
        running.Kill();
    }

    [Fact]
    public async Task Without_a_terminal_json_comes_each_second_and_the_table_is_refused()
    {
        await using Programs programs = await Programs.StartAsync();
        Output refused = await programs.RunAsync("rsh-server", ["status", "--watch"], "");
        Assert.Equal((2, ""), (refused.Status, refused.Text));
        Assert.Contains("rsh-server status --watch --json", refused.Error);
        using Process watching = programs.Start("rsh-server", "status", "--watch", "--json");
        for (int i = 0; i < 2; i++)
        {
            using var line = JsonDocument.Parse((await watching.StandardOutput.ReadLineAsync().Within())!);
            Assert.Equal(programs.Server.Id, line.RootElement.GetProperty("process").GetInt32());
        }

        Programs.Signal(watching, "INT");
        await watching.WaitForExitAsync().Within();
        Assert.Equal(0, watching.ExitCode);
    }
}
