namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>sshfs over <c>rsh-ssh</c>.</summary>
public sealed class SshfsTests
{
    [Fact]
    public async Task Folder_is_mounted_read_written_and_unmounted()
    {
        SshFolder.Need("sshfs", "fusermount3", "mountpoint");
        Assert.SkipUnless(File.Exists("/dev/fuse"), "needs /dev/fuse, which is not there");
        await using SshFolder folder = await SshFolder.StartAsync();
        Output mounted = await folder.TryAsync("""
            mkdir far mnt
            echo remote >"far/two words"
            sshfs -o ssh_command=rsh-ssh "far:$W/far" mnt
            """);
        Assert.SkipWhen(mounted.Error.Contains("fusermount3:", StringComparison.Ordinal), $"needs the right to mount: {mounted.Error}");
        Assert.True(mounted.Status == 0, mounted.Error);
        string text = await folder.RunAsync("""
            trap 'fusermount3 -u mnt' EXIT
            cat "mnt/two words"
            head -c 1000000 /dev/urandom >large
            cp large mnt/large
            cmp large far/large
            mv mnt/large mnt/moved
            cmp large far/moved
            echo more >>"mnt/two words"
            cat "far/two words"
            rm mnt/moved
            ls -A far
            """);
        Assert.Equal("remote\nremote\nmore\ntwo words\n", text);
        Assert.NotEqual(0, (await folder.TryAsync("mountpoint -q mnt")).Status);
        await Waiting.Until(() => folder.Running == 0, "the connection of sshfs has ended");
    }
}
