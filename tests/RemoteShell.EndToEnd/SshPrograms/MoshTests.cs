namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>mosh, which starts its server over <c>rsh-ssh</c>.</summary>
public sealed class MoshTests
{
    [Fact]
    public async Task Session_runs_a_command_and_ends()
    {
        SshFolder.Need("mosh", "mosh-server");
        await using SshFolder folder = await SshFolder.StartAsync();
        await using TestTerminal terminal = folder.StartOnTerminal(
            "exec mosh --ssh=rsh-ssh --experimental-remote-ip=remote far -- /bin/sh");
        // The screen of mosh.
        await terminal.SeesAsync("\e[?1049h");
        await terminal.TypeAsync("echo $((40+2))-shown\r");
        await terminal.SeesAsync("42-shown");
        await terminal.TypeAsync("exit\r");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal(0, folder.Running);
    }
}
