using System.Text.Json;

namespace RemoteShell.EndToEnd;

public class LauncherTests
{
    [Fact]
    public async Task CliWrap_starts_commands_by_default_and_the_log_says_so()
    {
        await using Programs programs = await Programs.StartAsync();
        Assert.Contains(programs.Log, line => line.Contains("\"Launcher\":\"CliWrap\"", StringComparison.Ordinal));
        await KillsAndExitsAsync(programs);
    }

    [Fact]
    public async Task Posix_spawn_starts_commands_on_request_and_tells_the_usage()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "posix_spawn is for Linux");
        await using Programs programs = await Programs.StartAsync("--launcher", "posix_spawn");
        Assert.Contains(programs.Log, line => line.Contains("\"Launcher\":\"posix_spawn\"", StringComparison.Ordinal));
        await KillsAndExitsAsync(programs);

        for (int i = 0; i < 10; i++)
        {
            Output result = await programs.ClientAsync("run", "--json", programs.Host, "true");
            Assert.True(JsonDocument.Parse(result.Text).RootElement.TryGetProperty("usage", out _), result.Text);
        }
    }

    [Fact]
    public async Task An_unknown_launcher_is_refused_with_the_names_that_exist()
    {
        await using var programs = new Programs();
        Output result = await programs.RunAsync("rsh-server", ["run", "--launcher", "fork"], "");
        Assert.Equal(2, result.Status);
        Assert.Contains("cliwrap", result.Error, StringComparison.Ordinal);
        Assert.Contains("posix_spawn", result.Error, StringComparison.Ordinal);
    }

    // A signal and an exit status of 128+n are different outcomes, and arguments arrive exactly.
    private static async Task KillsAndExitsAsync(Programs programs)
    {
        Output exact = await programs.ClientAsync("run", programs.Host, "printf", "[%s]", "two words", "$HOME", "");
        Assert.Equal((0, "[two words][$HOME][]"), (exact.Status, exact.Text));
        Output killed = await programs.ClientAsync("run", "--json", programs.Host, "sleep 0.1; kill -TERM $$");
        Output exited = await programs.ClientAsync("run", "--json", programs.Host, "sleep 0.1; exit 143");
        Assert.Equal((143, 143), (killed.Status, exited.Status));
        Assert.False(JsonDocument.Parse(exited.Text).RootElement.TryGetProperty("signal", out _), exited.Text);
        // Before Linux 6.15 the handle of a reaped process does not tell the signal.
        if (programs.Log.Any(line => line.Contains("may be reported as exit status 128+n", StringComparison.Ordinal)))
            return;
        Assert.Equal("TERM", JsonDocument.Parse(killed.Text).RootElement.GetProperty("signal").GetString());
    }
}
