using RemoteShell.Cli.Server.Options;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Tests.Configuration;

/// <summary>The configuration file of the server: its lines, its faults, and the command line before it.</summary>
public sealed class ServerConfigurationTests : IDisposable
{
    private readonly SettingsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("Frob 3", "there is no key 'Frob'")]
    [InlineData("MaxJob 3", "there is no key 'MaxJob'; did you mean 'MaxJobs'?")]
    [InlineData("Host *", "there is no key 'Host'; did you mean 'HostCertificate'?")]
    [InlineData("--max-jobs 3 4", "--max-jobs takes one value, so '4' does not belong there; quote a value that has spaces")]
    [InlineData("MaxJobs", "MaxJobs needs a value")]
    [InlineData("MaxJobs \"\"", "MaxJobs needs a value")]
    [InlineData("MaxJobs 0", "MaxJobs must be at least 1, not 0")]
    [InlineData("MaxJobs -1", "MaxJobs must be at least 1, not -1")]
    [InlineData("MaxJobs many", "MaxJobs takes a whole number of 1 to 2147483647, not 'many'")]
    [InlineData("JobQuota 1X", "JobQuota: '1X' is not a size; write bytes, or 64K, 16M, 1G or 2T (K is 1024 bytes)")]
    [InlineData("KillGrace soon", "KillGrace: 'soon' is not a duration; write 250ms, 30s, 10m, 1h30m or 1d, up to 45d")]
    [InlineData("LogLevel chatty", "LogLevel takes debug, information, warning or error, not 'chatty'")]
    [InlineData("Udp maybe", "Udp takes yes or no, not 'maybe'")]
    [InlineData("IdleTimeout 1ms", "IdleTimeout must be at least 1s")]
    [InlineData("ListenAddress ::1:70000", "ListenAddress: '::1:70000' does not name a host; write HOST, HOST:PORT or [IPV6]:PORT")]
    [InlineData("PermitOpen db:1 8080", "PermitOpen: '8080' is not a target; write HOST:PORT, [IPV6]:PORT, HOST:* or /PATH")]
    [InlineData(
        "PermitListen db", "PermitListen: 'db' is not a place to listen; write PORT, HOST:PORT, [IPV6]:PORT, HOST:* or /PATH")]
    [InlineData("PermitListen", "PermitListen needs a value")]
    [InlineData("Motd /nonexistent/motd", "Motd: there is no file /nonexistent/motd")]
    [InlineData("Shell /nonexistent/sh", "Shell: there is no file /nonexistent/sh")]
    [InlineData("Motd 'a", "a quote has no end")]
    [InlineData("= 5", "there is no keyword before the =")]
    [InlineData("Motd a\0b", "the line has a NUL character")]
    public void Line_that_is_wrong_is_named_with_file_and_line(string line, string fault)
        => Assert.Equal([$"FILE:2: {fault}"], _file.With("# first", line, "KeepJobs 7").Faults());

    [Fact]
    public void All_faults_are_named_and_right_lines_count()
    {
        _file.With("MaxJobs 0", "KeepJobs 7", "Frob", "Motd /nonexistent");
        Assert.Equal(
            ["FILE:1: MaxJobs must be at least 1, not 0", "FILE:3: Frob needs a value", "FILE:4: Motd: there is no file /nonexistent"],
            _file.Faults());
        Assert.Equal(7, _file.Read().Options.KeepJobs);
    }

    [Fact]
    public void First_value_of_a_key_counts_and_repeated_addresses_add_up()
    {
        RunSettings settings = _file.With(
            "MaxJobs 3", "max-jobs=4", "Udp no", "Udp yes", "ListenAddress 127.0.0.1:7000", "listen *:7001").Read();
        Assert.Equal([], settings.Faults);
        Assert.Equal((3, false), (settings.Options.Limits.Jobs, settings.Options.AnswersProbes));
        Assert.Equal(["127.0.0.1:7000", "0.0.0.0:7001", "[::]:7001"], settings.Options.Listen.Select(address => address.ToString()));
    }

    [Fact]
    public void Line_of_permitted_targets_may_have_several_values()
    {
        RunSettings settings = _file.With(
            "AllowForwarding yes", "PermitOpen *.lan:5432 [::1]:*  # two", "PermitOpen /run/db", "PermitListen none").Read();
        Assert.Equal([], settings.Faults);
        Assert.True(settings.Options.AllowsForwarding);
        Assert.Equal(
            [ForwardRule.ParseOpen("*.lan:5432"), ForwardRule.ParseOpen("[::1]:*"), ForwardRule.ParseOpen("/run/db")],
            settings.Options.PermitOpen);
        Assert.Equal([ForwardRule.None], settings.Options.PermitListen);
    }

    [Fact]
    public void Command_line_goes_before_the_file()
    {
        _file.With("MaxJobs 3", "KeepJobs 4", "ListenAddress 127.0.0.1:7000", "Motd /nonexistent", "LogLevel error");
        RunSettings settings = _file.Read("--max-jobs", "5", "--listen", "127.0.0.1:1", "--motd", _file.Path, "--log-level=debug");
        Assert.Equal([], settings.Faults);
        Assert.Equal((5, 4), (settings.Options.Limits.Jobs, settings.Options.KeepJobs));
        Assert.Equal(["127.0.0.1:1"], settings.Options.Listen.Select(address => address.ToString()));
        Assert.Equal((_file.Path, Serilog.Events.LogEventLevel.Debug), (settings.Options.MessageOfTheDayFile, settings.LogLevel));
    }

    [Fact]
    public void Fault_of_the_command_line_names_no_line()
        => Assert.Equal(["--motd: there is no file /gone"], _file.With("Motd /nonexistent").Faults("--motd", "/gone"));

    [Fact]
    public void Quoted_value_may_have_spaces_and_begin_with_a_dash()
    {
        RunSettings settings = _file.With("RecordDir \"/a b/#c\"", "PortFile \"-p @x\"  # a comment").Read();
        Assert.Equal([], settings.Faults);
        Assert.Equal(("/a b/#c", "-p @x"), (settings.Options.RecordFolder, settings.PortFile));
    }

    [Fact]
    public void Included_files_are_read_in_their_place_in_order_of_their_names()
    {
        Directory.CreateDirectory(_file["d"]);
        File.WriteAllText(_file["d/2.conf"], "MaxJobs 2\nKeepJobs 2\n");
        File.WriteAllText(_file["d/1.conf"], "KeepJobs 1\n");
        RunSettings settings = _file.With("Include d/*.conf nothing*", "MaxJobs 3", "MaxChannels 3").Read();
        Assert.Equal([], settings.Faults);
        Assert.Equal(
            (2, 1, 3), (settings.Options.Limits.Jobs, settings.Options.KeepJobs, settings.Options.Limits.Channels));
    }

    [Fact]
    public void Fault_of_an_included_file_has_its_name_and_line()
    {
        File.WriteAllText(_file["more"], "\nMaxJobs x\n");
        Assert.StartsWith($"{_file["more"]}:2: MaxJobs takes", Assert.Single(_file.With("Include more").Faults()));
    }

    [Fact]
    public void Included_folder_is_a_fault_of_the_line()
        => Assert.Equal(["FILE:2: / is a folder, not a file"], _file.With("", "Include /").Faults());

    [Fact]
    public void Files_that_include_themselves_end_with_faults()
    {
        string[] faults = _file.With("Include config", "Include config").Faults();
        Assert.InRange(faults.Length, 1, 101);
        Assert.Contains("files include each other more than 16 times, one inside the other", faults[0]);
    }

    [Fact]
    public void Ignored_keys_are_not_faults()
    {
        _file.With("IgnoreUnknown Permit*,host", "PermitRootLogin no", "Host *", "", "Frob 1");
        Assert.Equal(["FILE:5: there is no key 'Frob'"], _file.Faults());
    }

    [Fact]
    public void None_reads_no_file()
    {
        RunSettings settings = _file.With("Frob").Read();
        Assert.NotEmpty(settings.Faults);
        Assert.Equal([], SettingsFile.ReadOther("-F", "none").Faults);
    }

    [Fact]
    public void File_that_does_not_exist_or_is_a_folder_is_a_fault()
    {
        Assert.Equal(["--config: there is no file FILE"], _file.Faults());
        Directory.CreateDirectory(_file.Path);
        Assert.Equal(["FILE is a folder, not a file"], _file.Faults());
    }

    [Fact]
    public void File_that_others_may_write_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix file modes");
            return;
        }

        _file.With("MaxJobs 3");
        File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.Contains("is not trusted", Assert.Single(_file.Faults()));
    }

    [Fact]
    public void Each_unknown_key_has_a_hint()
    {
        Assert.Contains("IgnoreUnknown Frob", Assert.Single(_file.With("Frob 1").ReadFile().Faults).Hint);
    }
}
