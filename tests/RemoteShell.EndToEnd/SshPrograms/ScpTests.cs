namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>scp over <c>rsh-ssh</c>, by the protocol of sftp and by its own.</summary>
public sealed class ScpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-O")]
    public async Task Files_and_folders_are_copied_in_both_directions(string mode)
    {
        SshFolder.Need("scp");
        SshFolder.Need("sftp");
        await using SshFolder folder = await SshFolder.StartAsync();
        await folder.RunAsync($$"""
            copy() { scp -q {{mode}} -S rsh-ssh "$@"; }
            mkdir -p src/sub far
            head -c 500000 /dev/urandom >src/large
            printf text >"src/sub/two words"
            chmod 640 src/large
            copy -p src/large "far:$W/far/"
            cmp src/large far/large
            [ "$(stat -c %a far/large)" = 640 ]
            copy "far:$W/far/large" got
            cmp src/large got
            copy -r src "far:$W/far/"
            diff -r src far/src
            copy -r "far:$W/far/src" back
            diff -r src back
            copy -P "$PORT" src/large "far:$W/far/port"
            cmp src/large far/port
            if copy "far:$W/absent" got 2>error; then exit 9; fi
            grep -q 'No such file' error
            """);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-O")]
    public async Task File_is_copied_between_two_hosts_through_this_one(string mode)
    {
        SshFolder.Need("scp");
        await using SshFolder folder = await SshFolder.StartAsync();
        await folder.RunAsync($$"""
            head -c 500000 /dev/urandom >one
            scp -q -3 {{mode}} -S rsh-ssh "far1:$W/one" "far2:$W/two"
            cmp one two
            """);
    }
}
