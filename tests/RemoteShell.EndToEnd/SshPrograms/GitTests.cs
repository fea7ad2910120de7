namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>git over <c>rsh-ssh</c>.</summary>
public sealed class GitTests
{
    private const string Setup = """
        export GIT_SSH_COMMAND=rsh-ssh GIT_CONFIG_NOSYSTEM=1
        export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example
        make() {
          git init -q --bare -b main "$1.git"
          git clone -q "far:$W/$1.git" "$1" 2>/dev/null
          (cd "$1" && git checkout -q -b main && echo first >file && git add . && git commit -qm first && git push -q origin main)
        }

        """;

    [Fact]
    public async Task Clone_fetch_push_and_archive_work()
    {
        SshFolder.Need("git");
        await using SshFolder folder = await SshFolder.StartAsync();
        string text = await folder.RunAsync(Setup + """
            make one
            git clone -q "far:$W/one.git" two
            (cd one && echo second >file && git commit -qam second && git push -q)
            (cd two && git fetch -q && git merge -q --ff-only origin/main && cat file)
            (cd two && git checkout -q -b other && git push -q origin other && git ls-remote --heads origin | cut -f2)
            git archive --remote="far:$W/one.git" main file | tar -xO file
            if git clone -q "far:$W/absent.git" 2>error; then exit 9; fi
            grep -q 'Could not read from remote repository' error
            """);
        Assert.Equal("second\nrefs/heads/main\nrefs/heads/other\nsecond\n", text);
    }

    [Fact]
    public async Task Address_with_a_port_asks_for_the_variant_first()
    {
        SshFolder.Need("git");
        await using SshFolder folder = await SshFolder.StartAsync();
        // git refuses a port unless the program prints its settings for -G.
        string text = await folder.RunAsync(Setup + """
            make one
            echo 'Host plain' >>"$RSH_HOME/client/config"
            echo ' HostName 127.0.0.1' >>"$RSH_HOME/client/config"
            git clone -q "ssh://plain:$PORT$W/one.git" two
            cat two/file
            """);
        Assert.Equal("first\n", text);
    }

    [Fact]
    public async Task Protocol_v2_is_used_at_the_server()
    {
        SshFolder.Need("git");
        await using SshFolder folder = await SshFolder.StartAsync();
        string text = await folder.RunAsync(Setup + """
            make one
            GIT_TRACE_PACKET=1 git ls-remote "far:$W/one.git" 2>&1 | grep -o 'ls-remote< version 2'
            git clone -q -u "printf '%s' \"\$GIT_PROTOCOL\" >$W/seen; git-upload-pack" "far:$W/one.git" two
            cat seen
            GIT_TRACE_PACKET=1 git -c protocol.version=0 ls-remote "far:$W/one.git" 2>&1 | grep -c 'version 2' || true
            """);
        Assert.Equal("ls-remote< version 2\nversion=20\n", text);
    }

    [Fact]
    public async Task Large_repository_arrives_whole()
    {
        SshFolder.Need("git");
        await using SshFolder folder = await SshFolder.StartAsync();
        int mebibytes = TestSize.Of(normal: 20, full: 100);
        await folder.RunAsync(Setup + $$"""
            make one
            (cd one && head -c {{mebibytes}}M /dev/urandom >large && git add . && git commit -qm large && git push -q)
            git clone -q "far:$W/one.git" two
            cmp one/large two/large
            git -C two fsck --full
            """);
    }

    [Fact]
    public async Task Submodule_is_added_and_cloned()
    {
        SshFolder.Need("git");
        await using SshFolder folder = await SshFolder.StartAsync();
        string text = await folder.RunAsync(Setup + """
            make library
            make one
            (cd one && git submodule --quiet add "far:$W/library.git" library && git commit -qm add && git push -q)
            git clone -q --recurse-submodules "far:$W/one.git" two
            cat two/library/file
            """);
        Assert.Equal("first\n", text);
    }
}
