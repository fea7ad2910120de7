namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>clush over <c>rsh-ssh</c>.</summary>
public sealed class ClusterShellTests
{
    [Fact]
    public async Task Line_runs_on_20_hosts()
    {
        SshFolder.Need("clush");
        await using SshFolder folder = await SshFolder.StartAsync();
        string text = await folder.RunAsync("""clush -O ssh_path=rsh-ssh -w 'far[1-20]' -b 'echo "a  b"; exit 0'""");
        Assert.Equal("---------------\nfar[1-20] (20)\n---------------\na  b\n", text);
        Output failed = await folder.TryAsync("clush -O ssh_path=rsh-ssh -w 'far[1-3]' -S 'exit 5'");
        Assert.Equal(5, failed.Status);
    }
}
