namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>borg over <c>rsh-ssh</c>.</summary>
public sealed class BorgTests
{
    [Fact]
    public async Task Backup_is_created_checked_and_extracted()
    {
        SshFolder.Need("borg");
        await using SshFolder folder = await SshFolder.StartAsync();
        string text = await folder.RunAsync("""
            export BORG_RSH=rsh-ssh BORG_REPO="ssh://far:$PORT$W/repository" BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
            mkdir -p src/sub
            head -c 2000000 /dev/urandom >src/large
            echo text >"src/sub/two words"
            borg init --encryption none
            borg create ::first src
            echo changed >src/sub/file
            borg create ::second src
            borg check --verify-data
            borg list --short
            mkdir out
            cd out
            borg extract ::second
            diff -r ../src src
            """);
        Assert.Equal("first\nsecond\n", text);
    }
}
