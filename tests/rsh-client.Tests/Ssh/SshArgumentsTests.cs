using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Ssh;
using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Tests.Ssh;

/// <summary>The argument lists that programs hand to ssh, and the grammar of options.</summary>
public sealed class SshArgumentsTests
{
    private const string MoshProbe = "sh -c '[ -n \"$SSH_CONNECTION\" ] && printf \"\\nMOSH SSH_CONNECTION %s\\n\"' ; mosh-server 'new'";

    /// <summary>The program; its arguments; the settings, the host and the command that they mean.</summary>
    public static TheoryData<string, string[], string[], string, string> Programs => new()
    {
        {
            "rsync", ["-l", "user", "h", "rsync", "--server", "-logDtpre.iLsfxCIvu", ".", "/p"],
            ["User=user"], "h", "rsync --server -logDtpre.iLsfxCIvu . /p"
        },
        {
            "rsync -e with options",
            ["-p", "7022", "-o", "SetEnv=A=a B=b", "h", "rsync", "--server", "--sender", "-logDtpre.iLsfxCIvu", ".", "/f"],
            ["Port=7022", "SetEnv=A=a,B=b"], "h", "rsync --server --sender -logDtpre.iLsfxCIvu . /f"
        },
        {
            "rsync of an escaped name", ["h", "rsync", "--server", "--sender", ".", "/a\\ b*"], [], "h", "rsync --server --sender . /a\\ b*"
        },
        { "rsync to IPv6", ["-l", "u", "-4", "::1", "rsync", "--server"], ["User=u", "AddressFamily=inet"], "::1", "rsync --server" },
        { "rsync --rsync-path", ["h", "sudo rsync", "--server"], [], "h", "sudo rsync --server" },
        {
            "git", ["-o", "SendEnv=GIT_PROTOCOL", "-4", "-p", "7022", "user@h", "git-upload-pack '/r.git'"],
            ["SendEnv=GIT_PROTOCOL", "AddressFamily=inet", "Port=7022"], "user@h", "git-upload-pack '/r.git'"
        },
        {
            "scp",
            [
                "-x", "-oPermitLocalCommand=no", "-oClearAllForwardings=yes", "-oRemoteCommand=none", "-oRequestTTY=no",
                "-oStrictHostKeyChecking=no", "-oForwardAgent=no", "-p", "2222", "-l", "user", "-s", "--", "h", "sftp",
            ],
            [
                "ForwardX11=no", "PermitLocalCommand=no", "ClearAllForwardings=yes", "RemoteCommand=none", "RequestTTY=no",
                "StrictHostKeyChecking=no", "ForwardAgent=no", "Port=2222", "User=user", "SessionType=subsystem",
            ],
            "h", "sftp"
        },
        {
            "sftp, key and value in one word",
            [
                "-oForwardX11 no", "-oPermitLocalCommand no", "-oClearAllForwardings yes", "-obatchmode yes", "-oForwardAgent no",
                "-oPort 2222", "-l", "user", "-s", "--", "h", "sftp",
            ],
            [
                "ForwardX11=no", "PermitLocalCommand=no", "ClearAllForwardings=yes", "BatchMode=yes", "ForwardAgent=no", "Port=2222",
                "User=user", "SessionType=subsystem",
            ],
            "h", "sftp"
        },
        { "sftp -s PATH", ["-l", "user", "--", "h", "/path/sftp-server"], ["User=user"], "h", "/path/sftp-server" },
        {
            "sshfs", ["-x", "-a", "-oClearAllForwardings=yes", "-oPort=7022", "-oIdentityFile=k", "-2", "-s", "--", "user@h", "sftp"],
            ["ForwardX11=no", "ForwardAgent=no", "ClearAllForwardings=yes", "Port=7022", "IdentityFile=k", "SessionType=subsystem"],
            "user@h", "sftp"
        },
        { "hg", ["-p", "7022", "user@h", "hg -R /r serve --stdio"], ["Port=7022"], "user@h", "hg -R /r serve --stdio" },
        { "borg", ["-p", "7022", "user@h", "borg", "serve"], ["Port=7022"], "user@h", "borg serve" },
        {
            "restic, options after the host", ["h", "-p", "7022", "-l", "user", "-s", "sftp"],
            ["Port=7022", "User=user", "SessionType=subsystem"], "h", "sftp"
        },
        {
            "docker, an option with its value in one word",
            ["-o ConnectTimeout=30", "-T", "-l", "user", "-p", "7022", "--", "h", "docker", "system", "dial-stdio"],
            ["ConnectTimeout=30", "RequestTTY=no", "User=user", "Port=7022"], "h", "docker system dial-stdio"
        },
        {
            "mosh",
            [
                "-n", "-tt", "-S", "none", "-o", "ProxyCommand='/usr/bin/mosh' '--family=prefer-inet' --fake-proxy -- %h %p", "user@h",
                "--", "mosh-server 'new' '-c' '8'",
            ],
            ["StdinNull=yes", "RequestTTY=force", "ProxyCommand='/usr/bin/mosh' '--family=prefer-inet' --fake-proxy -- %h %p"],
            "user@h", "mosh-server 'new' '-c' '8'"
        },
        { "mosh, remote address", ["-n", "-tt", "user@h", "--", MoshProbe], ["StdinNull=yes", "RequestTTY=force"], "user@h", MoshProbe },
        {
            "Ansible",
            [
                "-C", "-o", "ControlMaster=auto", "-o", "ControlPersist=60s", "-o", "StrictHostKeyChecking=no", "-o", "Port=7022", "-o",
                "KbdInteractiveAuthentication=no", "-o",
                "PreferredAuthentications=gssapi-with-mic,gssapi-keyex,hostbased,publickey", "-o", "PasswordAuthentication=no", "-o",
                "User=\"user\"", "-o", "ConnectTimeout=10", "-o", "ControlPath=\"/home/me/.ansible/cp/ab12\"", "-tt", "h",
                "/bin/sh -c 'echo ~ && sleep 0'",
            ],
            [
                "ControlMaster=auto", "ControlPersist=60s", "StrictHostKeyChecking=no", "Port=7022", "KbdInteractiveAuthentication=no",
                "PreferredAuthentications=gssapi-with-mic,gssapi-keyex,hostbased,publickey", "PasswordAuthentication=no", "User=user",
                "ConnectTimeout=10", "ControlPath=\"/home/me/.ansible/cp/ab12\"", "RequestTTY=force",
            ],
            "h", "/bin/sh -c 'echo ~ && sleep 0'"
        },
        {
            "pdsh", ["-oConnectTimeout=10", "-2", "-a", "-x", "h", "echo", "hi"],
            ["ConnectTimeout=10", "ForwardAgent=no", "ForwardX11=no"], "h", "echo hi"
        },
        {
            "clush",
            [
                "-p", "7022", "-oForwardAgent=no", "-oForwardX11=no", "-l", "user", "-oConnectTimeout=15", "-oBatchMode=yes", "h",
                "echo hi",
            ],
            ["Port=7022", "ForwardAgent=no", "ForwardX11=no", "User=user", "ConnectTimeout=15", "BatchMode=yes"], "h", "echo hi"
        },
        {
            "VS Code", ["-v", "-T", "-D", "62009", "-o", "ConnectTimeout=15", "target"],
            ["LogLevel=DEBUG1", "RequestTTY=no", "DynamicForward=62009", "ConnectTimeout=15"], "target", ""
        },
        { "VS Code with a shell", ["-T", "-D", "62480", "host", "bash"], ["RequestTTY=no", "DynamicForward=62480"], "host", "bash" },
        {
            "TRAMP",
            [
                "-l", "user", "-p", "22222", "-o", "ControlMaster=auto", "-o", "ControlPath=tramp.%C", "-o", "ControlPersist=no", "-e",
                "none", "host",
            ],
            ["User=user", "Port=22222", "ControlMaster=auto", "ControlPath=tramp.%C", "ControlPersist=no", "EscapeChar=none"], "host", ""
        },
        {
            "TRAMP sshx", ["-l", "user", "-e", "none", "-t", "-t", "-o", "RemoteCommand=\"/bin/sh -i\"", "host"],
            ["User=user", "EscapeChar=none", "RequestTTY=force", "RemoteCommand=\"/bin/sh -i\""], "host", ""
        },
    };

    /// <summary>Arguments, and what is read from them as one line.</summary>
    public static TheoryData<string[], string> Grammar => new()
    {
        { ["-p2222", "h"], "Port=2222 | h |" },
        { ["-p", "2222", "h"], "Port=2222 | h |" },
        { ["-oPort=1", "h"], "Port=1 | h |" },
        { ["-oPort", "h"], "" },
        { ["-o", "Port 1", "h"], "Port=1 | h |" },
        { ["-o", "port = 1", "h"], "Port=1 | h |" },
        { ["-o", " Port=1", "h"], "Port=1 | h |" },
        { ["-o", "# Port=1", "h"], "| h |" },
        { ["-Tp2222", "h"], "RequestTTY=no Port=2222 | h |" },
        { ["-nTx", "h"], "StdinNull=yes RequestTTY=no ForwardX11=no | h |" },
        { ["-4C", "h"], "AddressFamily=inet | h |" },
        { ["-12KkMCy", "-c", "aes", "-m", "hmac", "-I", "lib", "-S", "none", "-P", "tag", "h"], "| h |" },
        { ["-t", "h"], "RequestTTY=yes | h |" },
        { ["-tt", "h"], "RequestTTY=force | h |" },
        { ["-t", "-t", "h"], "RequestTTY=force | h |" },
        { ["-t", "-T", "h"], "RequestTTY=no | h |" },
        { ["-T", "-t", "h"], "RequestTTY=yes | h |" },
        { ["-v", "-v", "h"], "LogLevel=DEBUG2 | h |" },
        { ["-vvvv", "h"], "LogLevel=DEBUG3 | h |" },
        { ["-v", "-q", "h"], "LogLevel=QUIET | h |" },
        { ["h"], "| h |" },
        { ["h", "-p", "2222"], "Port=2222 | h |" },
        { ["h", "-p", "2222", "ls", "-l"], "Port=2222 | h | ls -l" },
        { ["h", "ls", "-p", "2222"], "| h | ls -p 2222" },
        { ["h", "ls", "--", "-p"], "| h | ls -- -p" },
        { ["--", "h", "-p", "2222"], "| h | -p 2222" },
        { ["h", "--", "-p", "2222"], "| h | -p 2222" },
        { ["-T", "--", "h", "--", "x"], "RequestTTY=no | h | -- x" },
        { ["h", "-T", "--", "x"], "RequestTTY=no | h | x" },
        { ["h", ""], "| h | " },
        { ["h", "a  b", "c"], "| h | a  b c" },
        { ["-L", "1:h:2", "-L3:h:4", "-R", "5:h:6", "-D7", "-W", "h:8", "h"],
            "LocalForward=1:h:2 LocalForward=3:h:4 RemoteForward=5:h:6 DynamicForward=7 StdioForward=h:8 | h |" },
        { ["-A", "-g", "-f", "-N", "-b", "127.0.0.1", "-J", "a,b", "-i", "k", "h"],
            "ForwardAgent=yes GatewayPorts=yes ForkAfterAuthentication=yes SessionType=none BindAddress=127.0.0.1 ProxyJump=a,b " +
            "IdentityFile=k | h |" },
        { ["-oIgnoreUnknown=Foo*", "-oFooBar=1", "h"], "| h |" },
        { ["-"], "| - |" },
        { ["-p"], "" },
        { ["-Z", "h"], "" },
        { ["--help", "h"], "" },
        { ["-p", "x", "h"], "" },
        { ["-oForwardAgent", "h"], "" },
        { ["-oAddressFamily=ipx", "h"], "" },
        { ["-o", "", "h"], "| h |" },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void Arguments_of_a_program_are_understood(string program, string[] args, string[] settings, string host, string command)
    {
        SshCommandLine line = SshArguments.Parse(args);
        Assert.Equal((program, host, command), (program, line.Destination, string.Join(' ', line.Words)));
        Assert.Equal(settings, line.Settings.Select(Shown));
        Assert.Equal(SshAction.Connect, line.Action);
        _ = SshSettings.Of(line with { File = ClientConfiguration.NoFile });
    }

    [Theory]
    [MemberData(nameof(Grammar))]
    public void Options_are_read_joined_and_apart_before_and_behind_the_host(string[] args, string expected)
    {
        if (expected.Length > 0)
            Assert.Equal(expected, Shown(SshArguments.Parse(args)));
        else
            Assert.True(Record.Exception(() => SshArguments.Parse(args)) is FormatException or ConfigurationException);
    }

    [Theory]
    [InlineData(SshAction.PrintSettings, "", "-G", "-o", "SendEnv=GIT_PROTOCOL", "-p", "7022", "user@h")]
    [InlineData(SshAction.PrintSettings, "", "h", "-G")]
    [InlineData(SshAction.PrintVersion, "", "-V")]
    [InlineData(SshAction.PrintVersion, "", "-V", "-G", "h")]
    [InlineData(SshAction.PrintVersion, "", "-GV", "h")]
    [InlineData(SshAction.PrintAlgorithms, "cipher", "-Q", "cipher")]
    [InlineData(SshAction.Control, "check", "-O", "check", "h")]
    [InlineData(SshAction.Control, "exit", "-Oexit", "-S", "/path", "h")]
    public void Options_ask_for_other_actions(object action, string argument, params string[] args)
    {
        SshCommandLine line = SshArguments.Parse(args);
        Assert.Equal(((SshAction)action, argument), (line.Action, line.Argument));
    }

    [Fact]
    public void Files_of_settings_and_messages_are_named()
    {
        SshCommandLine line = SshArguments.Parse(["-F", "config", "-Elog", "h"]);
        Assert.Equal(("config", "log"), (line.File, line.LogFile));
        Assert.Equal(ClientConfiguration.NoFile, SshArguments.Parse(["-F/dev/null", "h"]).File);
        Assert.Equal(ClientConfiguration.NoFile, SshArguments.Parse(["-Fnone", "h"]).File);
    }

    [Fact]
    public void Unknown_option_is_named_as_ssh_names_it_and_an_option_without_value_is_not_unknown()
    {
        var e = Assert.Throws<UsageException>(() => SshArguments.Parse(["-o", "FooBar=1", "h"]));
        Assert.Contains("Bad configuration option: foobar", e.Message);
        // Ansible asks in this way whether ssh knows the option, and looks for these words.
        Exception probe = Assert.ThrowsAny<Exception>(() => SshArguments.Parse(["-o", "ControlPersist"]));
        Assert.DoesNotContain("Bad configuration option", probe.Message);
        Assert.DoesNotContain("Usage:", probe.Message + SshHelp.Hint);
    }

    private static string Shown(SshCommandLine line)
    {
        string settings = string.Concat(line.Settings.Select(setting => $"{Shown(setting)} "));
        string words = line.Words.Count == 0 ? "" : $" {string.Join(' ', line.Words)}";
        return $"{settings}| {line.Destination} |{words}";
    }

    private static string Shown(Setting setting) => $"{setting.Key.Name}={string.Join(',', setting.Values)}";
}
