namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>Ansible over <c>rsh-ssh</c>.</summary>
public sealed class AnsibleTests
{
    private const string Setup = """
        export ANSIBLE_CONFIG=$W/ansible.cfg
        cat >ansible.cfg <<END
        [defaults]
        inventory = $W/hosts
        forks = 20
        interpreter_python = $(command -v python3)
        remote_tmp = $W/tmp
        local_tmp = $W/local
        nocows = True
        nocolor = True
        END
        cat >hosts <<END
        [all]
        far[1:20]
        [all:vars]
        ansible_ssh_executable=rsh-ssh
        ansible_scp_extra_args='-S rsh-ssh'
        ansible_sftp_extra_args='-S rsh-ssh'
        END

        """;

    [Theory]
    [InlineData("smart", "False")]
    [InlineData("piped", "True")]
    public async Task Modules_run_and_files_are_copied_and_fetched(string transfer, string pipelining)
    {
        SshFolder.Need("ansible", "ansible-playbook");
        await using SshFolder folder = await SshFolder.StartAsync();
        Output output = await folder.TryAsync(Setup + $$$"""
            cat >book.yml <<'END'
            - hosts: far1
              gather_facts: false
              tasks:
                - ping:
                - command: printf '%s' "two  words"
                  register: said
                - assert: { that: "said.stdout == 'two  words'" }
                - copy: { src: large, dest: "{{ here }}/copied", mode: "0640" }
                - fetch: { src: "{{ here }}/copied", dest: "{{ here }}/fetched", flat: true }
            END
            head -c 300000 /dev/urandom >large
            export ANSIBLE_SSH_TRANSFER_METHOD={{{transfer}}} ANSIBLE_PIPELINING={{{pipelining}}}
            ansible-playbook -e here=$W book.yml && cmp large copied && cmp large fetched && stat -c %a copied
            """);
        Assert.True(output.Status == 0, output.Text + output.Error);
        Assert.EndsWith("\n640\n", output.Text);
        Assert.DoesNotContain("WARNING", output.Text + output.Error);
        Assert.Matches("far1 +: ok=5 +changed=3 +unreachable=0 +failed=0 ", output.Text);
    }

    [Fact]
    public async Task Twenty_hosts_are_reached_at_once()
    {
        SshFolder.Need("ansible");
        await using SshFolder folder = await SshFolder.StartAsync();
        string text = await folder.RunAsync(Setup + "ansible all -o -m raw -a 'echo hi from $RSH_CLIENT'");
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(20, lines.Length);
        Assert.All(lines, line => Assert.Contains("| CHANGED | rc=0 | (stdout) hi from 127.0.0.1", line));
    }

    [Fact]
    public async Task Failures_are_told_apart()
    {
        SshFolder.Need("ansible");
        await using SshFolder folder = await SshFolder.StartAsync();
        await folder.AddHostAsync("nobody", "Port 1", "ConnectTimeout 1s");
        Output failed = await folder.TryAsync(Setup + "ansible far1 -m raw -a 'exit 3'");
        Assert.Equal(2, failed.Status);
        Assert.Contains("far1 | FAILED | rc=3", failed.Text);
        Output unreachable = await folder.TryAsync(Setup + "printf '[all]\\nnobody\\n' >>hosts; ansible nobody -m raw -a true");
        Assert.Equal(4, unreachable.Status);
        Assert.Contains("nobody | UNREACHABLE!", unreachable.Text + unreachable.Error);
    }

    [Fact]
    public async Task Module_becomes_root()
    {
        SshFolder.Need("ansible", "sudo");
        await using SshFolder folder = await SshFolder.StartAsync();
        Assert.SkipUnless((await folder.TryAsync("sudo -n true")).Status == 0, "needs sudo without a password");
        string text = await folder.RunAsync(Setup + "ansible far1 -o --become -m command -a 'id -un'");
        Assert.Contains("(stdout) root", text);
    }
}
