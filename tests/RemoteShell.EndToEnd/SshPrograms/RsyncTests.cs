using System.Diagnostics;

namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>rsync over <c>rsh-ssh</c>.</summary>
public sealed class RsyncTests : IAsyncLifetime
{
    private const string MakeTree = """
        mkdir -p "src/two words" src/sub src/empty
        printf a >"src/two words/it's \"quoted\" \$HOME *?[x] \\"
        printf b >$'src/sub/\377\376 bytes'
        printf c >$'src/line\nfeed'
        printf d >src/中文
        head -c 3000000 /dev/urandom >src/sub/large
        ln -s large src/sub/link
        chmod 750 src/sub

        """;

    private SshFolder _folder = null!;

    public async ValueTask InitializeAsync()
    {
        SshFolder.Need("rsync");
        _folder = await SshFolder.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
            await _folder.DisposeAsync();
    }

    [Fact]
    public async Task Tree_with_odd_names_arrives_in_both_directions_and_delete_deletes()
    {
        await _folder.RunAsync(MakeTree + """
            export RSYNC_RSH=rsh-ssh
            rsync -a src/ "far:$W/dst/"
            diff -r --no-dereference src dst
            touch dst/extra
            rsync -a --delete src/ "far:$W/dst/"
            [ ! -e dst/extra ]
            [ "$(stat -c %a dst/sub)" = 750 ]

            rsync -a -e rsh-ssh -z "far:$W/dst/" back/
            diff -r --no-dereference src back
            touch back/extra
            rsync -a --delete -e 'rsh-ssh -p '$PORT -s far:"$W/dst/" back/
            diff -r --no-dereference src back
            """);
    }

    [Fact]
    public async Task Names_on_the_command_line_arrive_byte_for_byte()
    {
        await _folder.RunAsync(MakeTree + """
            for name in "two words/it's \"quoted\" \$HOME *?[x] \\" 中文 $'sub/\377\376 bytes'; do
              rm -rf got
              mkdir got
              rsync -e rsh-ssh "far:$W/src/$name" got/
              cmp "src/$name" "got/${name##*/}"
              rsync -e rsh-ssh --secluded-args "got/${name##*/}" "far:$W/put-$(basename "$name")"
              cmp "src/$name" "put-${name##*/}"
              rsync -e rsh-ssh "got/${name##*/}" "far:$W/again-$(basename "$name")"
              cmp "src/$name" "again-${name##*/}"
            done
            """);
    }

    [Fact]
    public async Task Daemon_runs_over_the_remote_shell()
    {
        await _folder.RunAsync(MakeTree + """
            cat >rsyncd.conf <<END
            use chroot = no
            uid = $(id -u)
            gid = $(id -g)
            [module]
            path = $W/src
            read only = no
            END
            daemon="rsync --config=$W/rsyncd.conf"
            rsync -e rsh-ssh --rsync-path="$daemon" far:: | grep module
            rsync -a -e rsh-ssh --rsync-path="$daemon" far::module/ got/
            diff -r --no-dereference src got
            printf new >got/new
            rsync -a -e rsh-ssh --rsync-path="$daemon" got/new far::module/
            cmp got/new src/new
            """);
    }

    [Fact]
    public async Task Statuses_are_those_that_rsync_knows()
    {
        Output missing = await _folder.TryAsync("rsync -e rsh-ssh far:$W/absent got");
        Assert.Equal(23, missing.Status);
        await _folder.AddHostAsync("nobody", "Port 1", "ConnectTimeout 1s");
        Output unreachable = await _folder.TryAsync("rsync -e rsh-ssh nobody:$W/absent got");
        // 12 if rsync looks for the status before the process has ended.
        Assert.Contains(unreachable.Status, (int[])[12, 255]);
        Assert.Contains(" 127.0.0.1:1", unreachable.Error);
    }

    [Fact]
    public async Task Same_command_repairs_the_tree_after_the_client_was_killed()
    {
        await MakeHalfAsync(async rsync =>
        {
            rsync.Kill(entireProcessTree: true);
            await rsync.WaitForExitAsync().Within();
        });
    }

    [Fact]
    public async Task Same_command_repairs_the_tree_after_the_server_was_killed()
    {
        await MakeHalfAsync(async rsync =>
        {
            await _folder.Programs.KillServerAsync();
            await _folder.Programs.StartServerAgainAsync("--stop-grace=100ms");
            await rsync.WaitForExitAsync().Within();
            Assert.NotEqual(0, rsync.ExitCode);
        });
    }

    // Interrupts a transfer whose first file has arrived in part, and runs it again.
    private async Task MakeHalfAsync(Func<Process, Task> interrupt)
    {
        await _folder.RunAsync(MakeTree);
        using Process rsync = _folder.Start("exec rsync -a --delete --bwlimit=200 -e rsh-ssh src/ far:$W/dst/");
        rsync.StandardInput.Close();
        _ = rsync.StandardError.BaseStream.CopyToAsync(Stream.Null);
        _ = rsync.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await Waiting.Until(IsPartThere, "a part of the large file is there");
        await interrupt(rsync);
        Assert.False(File.Exists(_folder["dst/sub/large"]));
        await _folder.RunAsync("rsync -a --delete -e rsh-ssh src/ far:$W/dst/; diff -r --no-dereference src dst");
    }

    private bool IsPartThere() => Directory.Exists(_folder["dst/sub"])
        && new DirectoryInfo(_folder["dst/sub"]).EnumerateFiles(".large.*").Any(file => file.Length > 0);
}
