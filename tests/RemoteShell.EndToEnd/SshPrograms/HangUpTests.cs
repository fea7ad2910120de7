namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>A program that has read what it wanted from a remote terminal, and closes the pipe.</summary>
public sealed class HangUpTests
{
    [Fact]
    public async Task Programs_that_ignore_the_hang_up_survive_and_the_others_end()
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        string go = folder["go"], survived = folder["survived"];
        string daemon = $"(trap \"\" HUP; while ! [ -e {go} ]; do sleep 0.1; done; : >{survived}) &";
        string endless = "echo begun; while :; do echo more; sleep 0.05; done";
        // The status is that of rsh-ssh: 128 and the number of SIGHUP.
        string shown = await folder.RunAsync(
            $"set +o pipefail; {{ rsh-ssh -n -tt far '{daemon} {endless}' || echo $? >status; }} | head -n 1; cat status");
        Assert.Equal("begun\r\n129\n", shown);
        await File.WriteAllTextAsync(go, "");
        await Waiting.Until(() => File.Exists(survived), "the program that ignores the hang-up goes on");
    }
}
