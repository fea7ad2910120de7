namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>sftp over <c>rsh-ssh</c>.</summary>
public sealed class SftpTests
{
    [Fact]
    public async Task Batch_runs_and_interrupted_files_go_on()
    {
        SshFolder.Need("sftp");
        await using SshFolder folder = await SshFolder.StartAsync();
        string text = await folder.RunAsync("""
            mkdir far
            head -c 300000 /dev/urandom >whole
            head -c 100000 whole >part
            cp part far/part
            cat >batch <<END
            cd $W/far
            put $W/whole "two words"
            reput $W/whole part
            reget $W/far/part $W/part
            mkdir sub
            rename "two words" sub/moved
            chmod 600 sub/moved
            ls -1
            END
            sftp -q -S rsh-ssh -b batch far | grep -v '^sftp>'
            cmp whole far/part
            cmp whole part
            cmp whole far/sub/moved
            [ "$(stat -c %a far/sub/moved)" = 600 ]
            """);
        Assert.Equal("part\nsub\n", text);
    }

    [Fact]
    public async Task Statuses_tell_a_missing_file_and_a_missing_server()
    {
        SshFolder.Need("sftp");
        await using SshFolder folder = await SshFolder.StartAsync();
        Output missing = await folder.TryAsync("echo 'get absent' | sftp -S rsh-ssh -b - far");
        Assert.Equal(1, missing.Status);
        Assert.Contains("not found", missing.Error);
        Output unreachable = await folder.TryAsync("echo ls | sftp -S rsh-ssh -P 1 -oConnectTimeout=1 -b - far");
        Assert.Equal(255, unreachable.Status);
    }
}
