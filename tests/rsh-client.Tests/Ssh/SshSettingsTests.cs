using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Ssh;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Tests.Ssh;

/// <summary>What applies to a call: its options, then a file, which may have been written for ssh.</summary>
public sealed class SshSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string[], string> Addresses => new()
    {
        { ["h"], "h:7022" },
        { ["-p", "22", "h"], "h:22" },
        { ["-p", "1", "-p", "2", "h"], "h:1" },
        { ["-oPort=1", "-p", "2", "h"], "h:1" },
        { ["-oHostName=real", "h"], "real:7022" },
        { ["-oHostName=%h.example", "h"], "h.example:7022" },
        { ["me@h"], "me@h:7022" },
        { ["-l", "me", "h"], "me@h:7022" },
        { ["-l", "me", "-l", "other", "h"], "me@h:7022" },
        { ["-l", "me", "other@h"], "me@h:7022" },
        { ["a@b@h"], "a@b@h:7022" },
        { ["ssh://h"], "h:7022" },
        { ["ssh://h:2222"], "h:2222" },
        { ["ssh://h:2222/"], "h:2222" },
        { ["ssh://me@h:2222"], "me@h:2222" },
        { ["ssh://a%40b@h"], "a@b@h:7022" },
        { ["rsh://me@[::1]:2222"], "me@[::1]:2222" },
        { ["::1"], "[::1]:7022" },
        { ["me@::1"], "me@[::1]:7022" },
        { ["ssh://h/path"], "" },
        { ["http://h"], "" },
        { ["@h"], "" },
        { [""], "" },
        { ["--", "-oProxyCommand=touch x"], "" },
        { ["--", "h;x"], "" },
        { ["--", "$(x)"], "" },
        { ["--", "`x`@h"], "" },
        { ["-l", "a;b", "h"], "" },
        { ["-l", "-x", "h"], "" },
        { ["ssh://a%0ab@h"], "" },
        { ["ssh://%24(x)@h"], "" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Addresses))]
    public void First_of_user_and_port_counts_and_addresses_are_checked(string[] args, string expected)
    {
        if (expected.Length == 0)
        {
            Assert.ThrowsAny<FormatException>(() => Read(ClientConfiguration.NoFile, args));
            return;
        }

        HostSettings host = Read(ClientConfiguration.NoFile, args).Host;
        Assert.Equal(expected, host.User is { } user ? $"{user}@{host.Address}" : host.Address.ToString());
    }

    [Fact]
    public void File_for_ssh_gives_what_is_not_about_its_own_protocol()
    {
        File.WriteAllText(_folder["more"], "Host a\n ConnectTimeout 7\n");
        File.WriteAllText(_folder["id_ed25519"], "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        string file = Write(
            """
            Include DIR/more
            Host a
              HostName real.example
              User me
              Port 22
              IdentityFile DIR/id_ed25519
              ForwardX11 no
              Ciphers aes256-ctr
            Match user me
              SetEnv A=1
            Match user other
              SetEnv B=2
            Host b
              Port 2222
            Host *
              User nobody
              AddKeysToAgent yes
            """);
        SshSettings settings = Read(file, "a");
        Assert.Equal(("real.example:7022", "me"), (settings.Host.Address.ToString(), settings.Host.User));
        Assert.Equal("7", settings.Find(ConfigurationKeys.ConnectTimeout));
        Assert.Null(settings.Find(ConfigurationKeys.IdentityFile));
        Assert.Equal(["A=1"], settings.All(ConfigurationKeys.SetEnv).SelectMany(setting => setting.Values));

        settings = Read(file, "-l", "other", "-p", "1", "a");
        Assert.Equal(("real.example:1", "other"), (settings.Host.Address.ToString(), settings.Host.User));
        Assert.Equal(["B=2"], settings.All(ConfigurationKeys.SetEnv).SelectMany(setting => setting.Values));
        Assert.Equal(("b:2222", "nobody"), (Read(file, "b").Host.Address.ToString(), Read(file, "b").Host.User));
    }

    [Fact]
    public void Key_of_this_client_is_taken_from_a_file_for_ssh()
    {
        string own = _folder["own.pem"];
        using (Identity.LoadOrCreate(own))
        {
            string file = Write("Host a\n IdentityFile DIR/own.pem\nHost b\n IdentityFile DIR/%h.pem\n");
            Assert.Equal(own, Read(file, "a").Find(ConfigurationKeys.IdentityFile));
            Assert.Equal(_folder["%h.pem"], Read(file, "-oHostName=own", "b").Find(ConfigurationKeys.IdentityFile));
        }
    }

    [Theory]
    [InlineData("-oForwardX11=yes")]
    [InlineData("-X")]
    [InlineData("-Y")]
    [InlineData("-oTunnel=point-to-point")]
    [InlineData("-w", "any")]
    [InlineData("-oBindInterface=eth0")]
    [InlineData("-B", "eth0")]
    [InlineData("-oRevokedHostKeys=/etc/ssh/revoked")]
    [InlineData("-oPermitLocalCommand=yes")]
    [InlineData("-oProxyUseFdpass=yes")]
    public void What_would_weaken_a_call_if_it_was_dropped_is_refused(params string[] args)
    {
        var e = Assert.Throws<UsageException>(() => Read(ClientConfiguration.NoFile, [.. args, "h"]));
        Assert.Contains("is not ignored", e.Message);
    }

    [Theory]
    [InlineData("-oForwardX11=no")]
    [InlineData("-x")]
    [InlineData("-oTunnel=no")]
    [InlineData("-oPermitLocalCommand=no")]
    [InlineData("-oRevokedHostKeys=none")]
    public void What_asks_for_nothing_is_accepted(string option) => Read(ClientConfiguration.NoFile, option, "h");

    [Fact]
    public void First_option_counts_before_later_ones_and_before_the_file()
    {
        string file = Write("Host *\n StrictHostKeyChecking no\n BatchMode yes\n SendEnv C\n");
        SshSettings settings = Read(
            file, "-oStrictHostKeyChecking=yes", "-oStrictHostKeyChecking=no", "-oSendEnv=A B", "-oSendEnv=-B", "h");
        Assert.Equal("yes", settings.Find(SshKeys.StrictHostKeyChecking));
        Assert.True(settings.IsYes(SshKeys.BatchMode));
        Assert.Equal(["A", "B", "-B", "C"], settings.All(SshKeys.SendEnv).SelectMany(setting => setting.Values));
    }

    [Theory]
    [InlineData("b", "2200", "ssh://b@h:2200", "-l", "a", "-p", "33")]
    [InlineData("a", "33", "-l", "a", "-p", "33", "ssh://b@h:2200")]
    [InlineData("a", "33", "h", "-p", "33", "-l", "a")]
    public void User_and_port_that_come_first_count(string user, string port, params string[] args)
    {
        string[] lines = [.. SshSettingsReport.Of(Read(ClientConfiguration.NoFile, args))];
        Assert.Equal([$"user {user}", $"port {port}"], [lines[1], lines[3]]);
    }

    [Fact]
    public void Report_has_the_lines_that_programs_look_for()
    {
        string[] lines = [.. SshSettingsReport.Of(Read(ClientConfiguration.NoFile, "-oSendEnv=GIT_PROTOCOL", "-p", "1", "me@h"))];
        Assert.Equal(["host h", "user me", "hostname h", "port 1"], lines[..4]);
        Assert.Contains("sendenv GIT_PROTOCOL", lines);
        Assert.Contains("stricthostkeychecking ask", lines);
        Assert.Single(lines, line => line.StartsWith("port ", StringComparison.Ordinal));
    }

    private static SshSettings Read(string file, params string[] args) => SshSettings.Of(SshArguments.Parse(args) with { File = file });

    private string Write(string text)
    {
        string file = _folder["config"];
        File.WriteAllText(file, text.Replace("DIR", _folder.Path, StringComparison.Ordinal));
        return file;
    }
}
