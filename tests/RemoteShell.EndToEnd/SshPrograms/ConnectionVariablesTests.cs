namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>The variables by which programs find the addresses of the connection, as sshd sets them.</summary>
public sealed class ConnectionVariablesTests
{
    private const string Show = "echo \"[$SSH_CONNECTION] [$SSH_CLIENT]\"";

    [Fact]
    public async Task Addresses_of_both_ends_are_set_and_for_shells_those_of_SSH_CLIENT_too()
    {
        await using SshFolder folder = await SshFolder.StartAsync();
        string port = folder.Programs.Host.Split(':')[1];
        string command = $@"^\[127\.0\.0\.1 [0-9]+ 127\.0\.0\.1 {port}\] \[\]$";
        string shell = $@"^\[127\.0\.0\.1 [0-9]+ 127\.0\.0\.1 {port}\] \[127\.0\.0\.1 [0-9]+ {port}\]$";
        string text = await folder.RunAsync($"""
            rsh-ssh far '{Show}'
            rsh-client run far '{Show}'
            rsh-client run -t -t far '{Show}' </dev/null | tr -d '\r'
            job=$(rsh-client run --detach far '{Show}')
            rsh-client wait far "$job"
            rsh-client logs far "$job"
            echo '{Show}' | rsh-client connect far
            echo '{Show}' | rsh-ssh -T far
            """);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.All(lines[..4], line => Assert.Matches(command, line));
        Assert.All(lines[4..], line => Assert.Matches(shell, line));
    }
}
