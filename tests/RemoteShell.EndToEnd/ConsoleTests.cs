using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>What whoever runs a server can have of it while it runs.</summary>
public class ConsoleTests
{
    [Fact]
    public async Task Status_tells_who_is_connected_and_what_runs()
    {
        await using Programs programs = await Programs.StartAsync();
        using Process running = programs.Start("rsh-client", "run", programs.Host, "echo begun; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        Output detached = await programs.ClientAsync("run", "-d", programs.Host, "sleep 100");

        Output text = await programs.RunAsync("rsh-server", ["status"], "");
        Assert.Equal((0, ""), (text.Status, text.Error));
        Assert.Contains($"process {programs.Server.Id}, as {Environment.UserName}, since ", text.Text);
        Assert.Contains($"listening on {programs.Host}; host key SHA256:", text.Text);
        Assert.Contains("connections: 1\n", text.Text);
        Assert.Contains("         runs: echo begun; exec sleep 100\n", text.Text);
        Assert.Contains("running jobs: 2\n", text.Text);
        Assert.Contains($"  {detached.Text.Trim()}  since ", text.Text);

        JsonElement status = await StatusAsync(programs);
        Assert.Equal(programs.Server.Id, status.GetProperty("process").GetInt32());
        Assert.True(status.GetProperty("resident_bytes").GetInt64() > 1024 * 1024);
        Assert.Equal("runs: echo begun; exec sleep 100", Assert.Single(Assert.Single(status.GetProperty("connections").EnumerateArray()).GetProperty("doing").EnumerateArray()).GetString());
        Assert.Equal([false, true], status.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("detached").GetBoolean()));

        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop", "--grace", "10ms"], "")).Status);
        await running.WaitForExitAsync().Within();
        await programs.StartServerAgainAsync();
        await programs.ClientAsync("kill", programs.Host, detached.Text.Trim());
    }

    [Fact]
    public async Task The_console_is_for_the_servers_own_user_only()
    {
        await using Programs programs = await Programs.StartAsync();
        string folder = Path.Combine(programs.Home, "server", "control");
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "socket")));
    }

    [Fact]
    public async Task Stop_gives_running_commands_their_time_and_returns_when_the_server_has_ended()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=1h");
        using Process running = programs.Start("rsh-client", "run", programs.Host, "trap 'exit 7' TERM; echo begun; while :; do sleep 0.05; done");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        using Process patient = programs.Start("rsh-server", "stop", "--grace", "1h");
        Assert.Contains("running commands have 3600 s to end", await running.StandardError.ReadLineAsync().Within());
        Assert.True((await StatusAsync(programs)).GetProperty("stopping").GetBoolean());

        // Whoever loses patience asks again.
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop", "--grace", "0s"], "")).Status);
        await programs.Server.WaitForExitAsync().Within();
        Assert.Equal(0, programs.Server.ExitCode);
        await patient.WaitForExitAsync().Within();
        await running.WaitForExitAsync().Within();
        Assert.Equal((0, 7), (patient.ExitCode, running.ExitCode));
    }

    [Fact]
    public async Task Whoever_is_disconnected_is_told_and_stays_away_and_the_job_follows_its_policy()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        using Process running = programs.Start("rsh-client", "run", "--on-disconnect", "keep", programs.Host, "echo begun; exec sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        string id = Assert.Single((await StatusAsync(programs)).GetProperty("connections").EnumerateArray()).GetProperty("id").ToString();
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["disconnect", id], "")).Status);
        await running.WaitForExitAsync().Within();
        Assert.Equal(255, running.ExitCode);
        Assert.Contains("the server's administrator ended the connection", await running.StandardError.ReadToEndAsync().Within());
        Assert.Empty((await StatusAsync(programs)).GetProperty("connections").EnumerateArray());
        Assert.Single((await StatusAsync(programs)).GetProperty("jobs").EnumerateArray());

        Output again = await programs.RunAsync("rsh-server", ["disconnect", id], "");
        Assert.Equal((1, $"rsh-server: there is no connection {id}\nlist the connections with: rsh-server status\n"), (again.Status, again.Error));
        Assert.Equal(2, (await programs.RunAsync("rsh-server", ["disconnect", "me"], "")).Status);
    }

    [Fact]
    public async Task Where_no_server_runs_it_is_said_also_after_one_was_killed()
    {
        await using Programs programs = await Programs.StartAsync();
        await programs.KillServerAsync();
        foreach (string[] words in (string[][])[["status"], ["stop"], ["disconnect", "1"]])
        {
            Output output = await programs.RunAsync("rsh-server", words, "");
            Assert.Equal((1, $"rsh-server: no server runs with the folder {Path.Combine(programs.Home, "server")}\nstart one with 'rsh-server run', or set RSH_HOME as it was when the server was started\n"), (output.Status, output.Error));
        }

        await programs.StartServerAgainAsync();
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["status"], "")).Status);
    }

    private static async Task<JsonElement> StatusAsync(Programs programs)
        => JsonDocument.Parse((await programs.RunAsync("rsh-server", ["status", "--json"], "")).Bytes).RootElement;
}
