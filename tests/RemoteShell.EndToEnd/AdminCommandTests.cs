using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>The commands of the server's administrator: status, stop, disconnect.</summary>
public class AdminCommandTests
{
    [Fact]
    public async Task Status_lists_connections_and_running_jobs()
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
        JsonElement connection = Assert.Single(status.GetProperty("connections").EnumerateArray());
        JsonElement activity = Assert.Single(connection.GetProperty("doing").EnumerateArray());
        Assert.Equal("runs: echo begun; exec sleep 100", activity.GetString());
        Assert.Equal([false, true], status.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("detached").GetBoolean()));

        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop", "--grace", "10ms"], "")).Status);
        await running.WaitForExitAsync().Within();
        await programs.StartServerAgainAsync();
        await programs.ClientAsync("kill", programs.Host, detached.Text.Trim());
    }

    [Fact]
    public async Task Control_socket_is_only_for_the_servers_user()
    {
        await using Programs programs = await Programs.StartAsync();
        string folder = Path.Combine(programs.Home, "server", "control");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix file modes");
            return;
        }

        const UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(all, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "socket")));
    }

    [Fact]
    public async Task Stop_waits_for_running_commands_up_to_the_grace_time()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=1h");
        const string command = "trap 'exit 7' TERM; echo begun; while :; do sleep 0.05; done";
        using Process running = programs.Start("rsh-client", "run", programs.Host, command);
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        using Process patient = programs.Start("rsh-server", "stop", "--grace", "1h");
        Assert.Contains("running commands have 3600 s to end", await running.StandardError.ReadLineAsync().Within());
        Assert.True((await StatusAsync(programs)).GetProperty("stopping").GetBoolean());

        // A second stop, with a shorter grace time.
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop", "--grace", "0s"], "")).Status);
        await programs.Server.WaitForExitAsync().Within();
        Assert.Equal(0, programs.Server.ExitCode);
        await patient.WaitForExitAsync().Within();
        await running.WaitForExitAsync().Within();
        Assert.Equal((0, 7), (patient.ExitCode, running.ExitCode));
    }

    [Fact]
    public async Task Disconnected_client_does_not_reconnect_and_its_job_follows_the_policy()
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
        Assert.Equal(
            (1, $"rsh-server: there is no connection {id}\nlist the connections with: rsh-server status\n"), (again.Status, again.Error));
        Assert.Equal(2, (await programs.RunAsync("rsh-server", ["disconnect", "me"], "")).Status);
    }

    [Fact]
    public async Task Commands_say_that_no_server_runs_also_after_a_kill()
    {
        await using Programs programs = await Programs.StartAsync();
        await programs.KillServerAsync();
        foreach (string[] words in (string[][])[["status"], ["stop"], ["disconnect", "1"]])
        {
            Output output = await programs.RunAsync("rsh-server", words, "");
            string expected = $"rsh-server: no server runs with the folder {Path.Combine(programs.Home, "server")}\n"
                + "start one with 'rsh-server run', or set RSH_HOME as it was when the server was started\n";
            Assert.Equal((1, expected), (output.Status, output.Error));
        }

        await programs.StartServerAgainAsync();
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["status"], "")).Status);
    }

    private static async Task<JsonElement> StatusAsync(Programs programs)
        => JsonDocument.Parse((await programs.RunAsync("rsh-server", ["status", "--json"], "")).Bytes).RootElement;
}
