using RemoteShell.Cli.Server.Commands;
using RemoteShell.Cli.Server.Configuration;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Server;
using Serilog.Events;

namespace RemoteShell.Cli.Server.Tests.Configuration;

/// <summary>The table of keys beside the options, the documentation, and what the server gets.</summary>
public sealed class ServerKeysTests
{
    // A line for each key, what it sets, and the value that it must have then.
    private static readonly (string Line, Func<RunSettings, object?> Get, object Expected)[] Lines =
    [
        ("ListenAddress 192.0.2.1:70", settings => settings.Options.Listen[0].ToString(), "192.0.2.1:70"),
        ("Udp yes", settings => settings.Options.AnswersProbes, true),
        ("AllowTcpForwarding yes", settings => settings.Options.AllowsForwarding, true),
        ("PermitOpen db.lan:5432", settings => settings.Options.PermitOpen.SingleOrDefault(), ForwardRule.ParseOpen("db.lan:5432")),
        ("PermitListen 8080", settings => settings.Options.PermitListen.SingleOrDefault(), ForwardRule.ParseListen("8080")),
        (
            "AuthorizedKeysFile /run/keys",
            settings => string.Join(' ', settings.Options.FurtherAuthorizedKeysFiles),
            "/run/keys"),
        ("RevokedKeys /run/revoked", settings => settings.Options.RevokedKeysFile, "/run/revoked"),
        ("OnRevoke keep", settings => settings.Options.OnRevoke, OnRevoke.Keep),
        (
            "PerSourcePenaltyExemptList 10.0.0.0/8,::1",
            settings => string.Join(' ', settings.Options.PenaltyExempt),
            "10.0.0.0/8 ::1/128"),
        ("Audit required", settings => settings.Options.Audit, AuditMode.Required),
        ("AuditFileSize 1M", settings => settings.Options.AuditFileSize, 1L << 20),
        ("AuditFiles 3", settings => settings.Options.AuditFiles, 3),
        ("AuditSyslog /dev/log", settings => settings.Options.AuditSyslog, "/dev/log"),
        ("HostCertificate /run/host-cert.pub", settings => settings.Options.HostCertificateFile, "/run/host-cert.pub"),
        ("PortFile /run/port", settings => settings.PortFile, "/run/port"),
        ("Metrics 127.0.0.1:9464", settings => settings.Metrics?.ToString(), "127.0.0.1:9464"),
        ("Otlp http://127.0.0.1:4318", settings => settings.Otlp?.ToString(), "http://127.0.0.1:4318/"),
        ("LogLevel warning", settings => settings.LogLevel, LogEventLevel.Warning),
        ("Launcher posix_spawn", settings => settings.Options.Launcher, CommandLauncher.PosixSpawn),
        ("Shell /bin/sh", settings => settings.Options.Shell, "/bin/sh"),
        ("Motd /bin/sh", settings => settings.Options.MessageOfTheDayFile, "/bin/sh"),
        ("IdleTimeout 3s", settings => settings.Options.IdleTimeout, TimeSpan.FromSeconds(3)),
        ("Record exec,tty", settings => settings.Options.Records, RecordedKinds.Commands | RecordedKinds.Terminals),
        ("RecordDir /var/rec", settings => settings.Options.RecordFolder, "/var/rec"),
        ("RecordQuota 5M", settings => settings.Options.RecordQuota, 5L << 20),
        ("KillGrace 4s", settings => settings.Options.KillGrace, TimeSpan.FromSeconds(4)),
        ("StopGrace 6s", settings => settings.Options.StopGrace, TimeSpan.FromSeconds(6)),
        ("DrainGrace 7ms", settings => settings.Options.DrainGrace, TimeSpan.FromMilliseconds(7)),
        ("Keepalive 8s", settings => settings.Options.KeepaliveTimeout, TimeSpan.FromSeconds(8)),
        ("LoginGraceTime 9s", settings => settings.Options.Limits.HandshakeTime, TimeSpan.FromSeconds(9)),
        ("KeepTime 2d", settings => settings.Options.KeepTime, TimeSpan.FromDays(2)),
        ("KeepJobs 11", settings => settings.Options.KeepJobs, 11),
        ("JobQuota 12M", settings => settings.Options.JobQuota, 12L << 20),
        ("TotalQuota 13M", settings => settings.Options.TotalQuota, 13L << 20),
        ("FileQuota 14M", settings => settings.Options.FileQuota, 14L << 20),
        ("MaxConnections 15", settings => settings.Options.Limits.Connections, 15),
        ("MaxConnectionsPerAddress 16", settings => settings.Options.Limits.ConnectionsPerAddress, 16),
        ("MaxHandshakes 17", settings => settings.Options.Limits.Handshakes, 17),
        ("MaxChannels 18", settings => settings.Options.Limits.Channels, 18),
        ("MaxJobs 19", settings => settings.Options.Limits.Jobs, 19),
        ("MaxHeader 20K", settings => settings.Options.Limits.Header, 20 << 10),
        ("MaxBody 21K", settings => settings.Options.Limits.Body, 21 << 10),
        ("StreamMemory 220K", settings => settings.Options.Limits.StreamMemory, 220 << 10),
        ("WindowMemory 23M", settings => settings.Options.Limits.WindowMemory, 23L << 20),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Lines.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Key_sets_what_its_option_sets(int number)
    {
        (string line, Func<RunSettings, object?> get, object expected) = Lines[number];
        using var file = new SettingsFile();
        Assert.NotEqual(expected, get(file.With("# nothing").Read()));
        RunSettings settings = file.With(line).Read();
        Assert.Equal([], settings.Faults);
        Assert.Equal(expected, get(settings));
        // The option's name is a name of the key too.
        string[] words = line.Split(' ');
        string option = ServerKeys.Find(words[0])!.Option;
        Assert.Equal(expected, get(file.With($"{option[2..].ToUpperInvariant()}={words[1]}").Read()));
        string[] same = words[1] == "yes" ? [option] : [option, words[1]];
        Assert.Equal(expected, get(file.With("# nothing").Read(same)));
    }

    [Fact]
    public void Each_key_has_a_line_in_this_test()
        => Assert.Equal(ServerKeys.All.Select(key => key.Name), Lines.Select(line => line.Line.Split(' ')[0]));

    [Fact]
    public void Each_option_of_run_has_a_key_and_each_key_an_option()
    {
        string[] without = [.. ConfigurationOptions.All.Select(option => option.Name)];
        string[] options = [.. RunCommand.Create().Options.Select(option => option.Name).Except(without)];
        Assert.Equal(options.Order(), ServerKeys.All.Select(key => key.Option).Order());
    }

    [Fact]
    public void No_two_keys_have_the_same_name()
    {
        string[] names = [.. ServerKeys.All.SelectMany(key => new[] { key.Name, key.Option }.Select(Plain).Distinct())];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Documentation_has_each_key_and_no_other()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));
        string table = text[text.IndexOf("## Keys of the server", StringComparison.Ordinal)..];
        string[] named =
        [
            .. table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .SelectMany(line => line.Split('|')[1].Split(',')).Select(name => name.Trim(' ', '`')),
        ];
        Assert.Equal(ServerKeys.All.Select(key => key.Name).Order(), named.Order());
    }

    [Fact]
    public void Documentation_says_of_each_key_when_it_applies()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));
        int begin = text.IndexOf("On SIGHUP", StringComparison.Ordinal);
        string section = text[begin..text.IndexOf("## Keys of the server", StringComparison.Ordinal)];
        Assert.Equal([], ServerKeys.All.Select(key => key.Name).Where(name => !section.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
