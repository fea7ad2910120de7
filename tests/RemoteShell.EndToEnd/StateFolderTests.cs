namespace RemoteShell.EndToEnd;

public class StateFolderTests
{
    [Fact]
    public async Task Server_moves_state_out_of_the_configuration_folder_once()
    {
        await using var programs = new Programs();
        string configuration = Path.Combine(programs.Home, "config", "rsh-server"), state = Path.Combine(
            programs.Home, "state", "rsh-server");
        Directory.CreateDirectory(Path.Combine(configuration, "jobs"));
        Directory.CreateDirectory(Path.Combine(configuration, "log"));
        await File.WriteAllTextAsync(Path.Combine(configuration, "jobs", "kept"), "old");
        var environment = new Dictionary<string, string>
        {
            ["RSH_HOME"] = "",
            ["XDG_CONFIG_HOME"] = Path.Combine(programs.Home, "config"),
            ["XDG_STATE_HOME"] = Path.Combine(programs.Home, "state"),
        };

        await programs.StartServerInAsync(environment);
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(state, "jobs", "kept")));
        // The supervisor of a running job uses the old path.
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(configuration, "jobs", "kept")));
        Assert.True(File.Exists(Path.Combine(configuration, "host_key.pem")));
        Assert.False(File.Exists(Path.Combine(state, "host_key.pem")));
        Assert.Equal(2, Moves());

        await programs.KillServerAsync();
        await programs.StartServerInAsync(environment);
        Assert.Equal(2, Moves());

        int Moves() => Directory.GetFiles(Path.Combine(state, "log")).SelectMany(Programs.ReadShared).Count(
            line => line.Contains("\"moved ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_moves_nothing_without_state_of_an_earlier_version()
    {
        await using Programs programs = await Programs.StartAsync();
        Assert.True(Directory.Exists(Path.Combine(programs.Home, "server", "jobs")));
        Assert.DoesNotContain(programs.Log, line => line.Contains("\"moved ", StringComparison.Ordinal));
    }
}
