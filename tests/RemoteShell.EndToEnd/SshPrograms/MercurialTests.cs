namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>Mercurial over <c>rsh-ssh</c>.</summary>
public sealed class MercurialTests
{
    [Fact]
    public async Task Clone_push_and_pull_work()
    {
        SshFolder.Need("hg");
        await using SshFolder folder = await SshFolder.StartAsync();
        string text = await folder.RunAsync("""
            export HGPLAIN=1 HGUSER=a
            hg() { command hg --config ui.ssh=rsh-ssh "$@"; }
            mkdir one
            (cd one && hg init && echo first >file && hg add -q file && hg commit -m first)
            hg clone -q "ssh://far/$W/one" two
            (cd two && echo second >file && hg commit -m second && hg push -q)
            hg clone -q "ssh://far:$PORT/$W/one" three
            cat three/file
            (cd one && hg update -q && echo third >file && hg commit -m third)
            (cd three && hg pull -q && hg update -q && cat file)
            """);
        Assert.Equal("second\nthird\n", text);
    }
}
