using System.Diagnostics;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Configuration;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Tests.Configuration;

/// <summary>The same file means the same to ssh and to this client, for the keys that they share.</summary>
public sealed class SshConfigurationTests : IDisposable
{
    private const string SshProgram = "/usr/bin/ssh", SshPort = "22";

    private static readonly ConfigurationKey[] Shared =
    [
        ConfigurationKeys.HostName, ConfigurationKeys.Port, ConfigurationKeys.User, ConfigurationKeys.IdentityFile,
        ConfigurationKeys.ProxyCommand, ConfigurationKeys.RequestTty, ConfigurationKeys.RemoteCommand, ConfigurationKeys.SetEnv,
        ConfigurationKeys.ConnectTimeout, ConfigurationKeys.ProxyJump, ConfigurationKeys.LocalForward, ConfigurationKeys.RemoteForward,
        ConfigurationKeys.DynamicForward,
    ];

    private static readonly string[] Names = ["a", "ab", "abc", "me@a", "b.example", "z"];
    private static readonly string[] HostWords = ["a", "a*", "*", "?b*", "!a", "!*c", "*.example", "z", "a?", "!z"];
    private static readonly string[] HostNames = ["h.example", "%h.example", "b", "a"];
    private static readonly string[] Criterions = ["host", "originalhost", "user", "!host", "!user", "!originalhost"];
    private static readonly string[] Included = ["more", "hosts", "absent", "part*"];
    private static readonly string[] Pieces =
        ["Host ", "Match ", "host ", "Port ", "SetEnv ", "ProxyCommand ", "%h", "\"", "GiveUp=", "\n"];


    private readonly TemporaryFolder _folder = new();

    /// <summary>Files, with DIR for their folder, and the host of the command line.</summary>
    public static TheoryData<string, string> Cases => new()
    {
        { "", "plain" },
        { "Host a\n HostName b.example", "a" },
        { "Host a\n HostName b.example", "c" },
        { "HostName all.example\nHost a\n HostName b.example", "a" },
        { "Host a\n Port 1\nHost a\n Port 2", "a" },
        { "Host a\n Port 1\nHost *\n Port 2\n User u", "a" },
        { "Host *\n Port 2\nHost a\n Port 1", "a" },
        { "host a\n hostname b.example\n PORT 99", "a" },
        { "Host a b c\n Port 5", "b" },
        { "Host a*\n Port 5", "abc" },
        { "Host a*c\n Port 5", "abbbc" },
        { "Host a*c\n Port 5", "abcd" },
        { "Host a?c\n Port 5", "abc" },
        { "Host a?c\n Port 5", "ac" },
        { "Host ???\n Port 5", "abc" },
        { "Host *.example\n Port 5", "x.example" },
        { "Host *.example !x.example\n Port 5", "x.example" },
        { "Host !x.example *.example\n Port 5", "x.example" },
        { "Host !x.example *.example\n Port 5", "y.example" },
        { "Host !x.example\n Port 5", "y.example" },
        { "Host \"a\"\n Port 5", "a" },
        { "Host a\n Port=5", "a" },
        { "Host a\n Port = 5", "a" },
        { "Host=a\n Port\t5", "a" },
        { "\tHost\ta\n\t\tPort\t5\t", "a" },
        { "# comment\n\n  # another\nHost a # a comment\n Port 5 # more", "a" },
        { "Host a\n User \"two words\"", "a" },
        { "Host a\n User \"qu\\\"oted\"", "a" },
        { "Host a\n User 'single quotes'", "a" },
        { "Host a\n User back\\\\slash", "a" },
        { "Host a\n User a\\b", "a" },
        { "Host a\r\n Port 5\r\n", "a" },
        { "Host a\n User fromfile", "me@a" },
        { "Host a\n HostName %h.example", "a" },
        { "Host a\n HostName 100%%.example\n User x", "b" },
        { "Host *\n HostName %h.example\nMatch host a.example\n Port 7", "a" },
        { "Match host a\n Port 7", "a" },
        { "Match host a,b\n Port 7", "b" },
        { "Match host *.example,!x.example\n Port 7", "x.example" },
        { "Match host *.example,!x.example\n Port 7", "y.example" },
        { "Match !host a\n Port 7", "a" },
        { "Match !host a\n Port 7", "b" },
        { "Match originalhost a\n Port 7", "a" },
        { "Host a\n HostName b\nMatch originalhost a\n Port 7\nMatch host b\n User u", "a" },
        { "Match user me\n Port 7", "me@a" },
        { "Match user me host a\n Port 7", "me@a" },
        { "Match user me host b\n Port 7", "me@a" },
        { "Host a\n User set\nMatch user set\n Port 7", "a" },
        { "Match all\n Port 7\nHost a\n Port 8", "a" },
        { "Match exec \"test -e DIR/there\"\n Port 7", "a" },
        { "Match exec \"test -e DIR/absent\"\n Port 7", "a" },
        { "Match !exec \"test -e DIR/absent\"\n Port 7", "a" },
        { "Match exec \"test %n = a && test %h = a\"\n Port 7", "a" },
        { "Match host b exec \"touch DIR/ran\"\n Port 7", "a" },
        { "Match exec true exec false\n Port 7", "a" },
        { "Match exec \"cat >/dev/null; test $? = 0\"\n Port 7", "a" },
        { "Include DIR/more\nPort 9", "a" },
        { "Include DIR/absent\nPort 9", "a" },
        { "Include DIR/part*\nPort 9", "a" },
        { "Host a\n Include DIR/more\n User after", "a" },
        { "Host b\n Include DIR/more\n User after", "a" },
        { "Host b\n Include DIR/hosts\nHost a\n User after", "a" },
        { "Include DIR/hosts\nUser global", "a" },
        { "Host a\n Include DIR/hosts DIR/more\n RequestTTY force", "a" },
        { "Host a\n IdentityFile ~/.keys/%h\n IdentityFile second", "a" },
        { "Host a\n ProxyCommand ssh -W '%h:%p' \"a b\" # no comment", "a" },
        { "Host a\n ProxyCommand=nc %h %p", "a" },
        { "Host a\n ProxyCommand none\nHost *\n ProxyCommand nc %h %p", "a" },
        { "Host a\n ProxyJump b\nHost *\n ProxyCommand nc %h %p\n ProxyJump c", "a" },
        { "Host a\n ProxyCommand nc %h %p\nHost *\n ProxyJump b", "a" },
        { "Host a\n ProxyJump me@b:77,c", "a" },
        { "Host a\n ProxyJump none\nHost *\n ProxyJump b", "a" },
        { "LocalForward 80 db:81\nLocalForward [::1]:82 db:83\nHost a\n LocalForward 80 db:81\n LocalForward 84 db:81", "a" },
        { "RemoteForward 84 [::1]:85\nHost b\n RemoteForward 86 x:1\nHost a\n DynamicForward 1080\n DynamicForward 1081", "a" },
        { "Host a\n RemoteCommand cd /tmp && \"exec\" sh", "a" },
        { "Host a\n RequestTTY yes\nHost *\n RequestTTY no", "a" },
        { "Host a\n SetEnv A=1 \"B=two words\" C=", "a" },
        { "Host a\n SetEnv A=1\n SetEnv B=2", "a" },
        { "Host a\n ConnectTimeout 17", "a" },
        { "IgnoreUnknown Foo,Bar*\nFoo x\nBarBaz y z\nPort 3", "a" },
        { "Host a\n IgnoreUnknown foo\n Foo x\nHost *\n Port 3", "a" },
    };

    /// <summary>Files that ssh refuses.</summary>
    public static TheoryData<string> Refused =>
    [
        "Nonsense yes", "Host b\n Nonsense yes", "Port", "Host a\n Port x", "Port 1 2", "User \"open", "Host", "Match", "Match host",
        "Match nonsense x", "Match all host a", "RequestTTY maybe", "SetEnv NOEQUALS", "Nonsense yes\nIgnoreUnknown Nonsense",
        "HostName", "=value", "Include DIR/wrong",
    ];

    public SshConfigurationTests() => Assert.SkipUnless(File.Exists(SshProgram), $"needs {SshProgram}, which is not installed");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task File_means_what_it_means_to_ssh(string text, string host)
    {
        string path = Write(text);
        (int status, string output) = await SshAsync(path, host);
        Assert.Equal(0, status);
        HostSettings settings = Read(path, host);
        string[] lines = output.Split('\n');
        foreach (ConfigurationKey key in Shared)
            Assert.Equal((key.Name, OfSsh(key, lines)), (key.Name, Ours(key, settings)));
        Assert.False(File.Exists(_folder["ran"]), "a command ran although the criterion before it was not met");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task File_that_ssh_refuses_is_refused_with_its_line(string text)
    {
        string path = Write(text);
        (int status, _) = await SshAsync(path, "a");
        Assert.NotEqual(0, status);
        var e = Assert.ThrowsAny<RemoteShellException>(() => Read(path, "a"));
        Assert.Matches("/(config|wrong):[0-9]+: ", e.Message);
    }

    [Fact]
    public async Task Random_files_mean_what_they_mean_to_ssh()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < TestSize.Of(normal: 60, full: 2000); round++)
        {
            string text = RandomFile(random), host = random.GetItems(Names, 1)[0], path = Write(text);
            (int status, string output) = await SshAsync(path, host);
            string what = $"seed {seed}, round {round}, host {host}:\n{text}";
            Assert.True(status == 0, what);
            HostSettings settings = Read(path, host);
            string[] lines = output.Split('\n');
            foreach (ConfigurationKey key in Shared)
                Assert.True(OfSsh(key, lines) == Ours(key, settings), $"{key.Name}, {what}");
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_with_their_line()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        const string alphabet = "aHhosMtchPr *?!\"'\\=#,%\t\n\r\f\0é";
        for (int round = 0; round < 20_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ =>
                random.Next(3) == 0 ? random.GetItems(Pieces, 1)[0] : random.GetItems<char>(alphabet, 1)[0].ToString()));
            try
            {
                ConfigurationLine[] lines = [.. ConfigurationText.Read("config", text.Split('\n'))];
                foreach (ConfigurationLine line in lines)
                {
                    line.Arguments();
                    ConfigurationKeys.Find(line.Keyword)?.ValuesOf(line);
                }
            }
            catch (ConfigurationException e)
            {
                Assert.Matches("^config:[0-9]+: ", e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}");
            }
        }
    }

    private static string RandomFile(Random random)
    {
        string Patterns() => string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.GetItems(HostWords, 1)[0]));
        string Criteria() => string.Join(' ', Enumerable.Range(0, random.Next(1, 3)).Select(_ =>
            $"{random.GetItems(Criterions, 1)[0]} {string.Join(',', random.GetItems(HostWords, random.Next(1, 3)))}"));
        return string.Join('\n', Enumerable.Range(0, random.Next(1, 14)).Select(_ => random.Next(8) switch
        {
            0 or 1 => $"Host {Patterns()}",
            2 => $"Match {Criteria()}",
            3 => $"  Port={random.Next(1, 65536)}",
            4 => $"\tUser \"u{random.Next(9)} x\"  # comment",
            5 => $"HostName {random.GetItems(HostNames, 1)[0]}",
            6 => $"SetEnv A={random.Next(9)} 'B=x y'",
            _ => $"Include DIR/{random.GetItems(Included, 1)[0]}",
        }));
    }

    private static HostSettings Read(string path, string host)
    {
        var settings = new HostSettings(HostQuery.Parse(host));
        new ConfigurationReader(settings, ConfigurationKeys.All, new()).Read(path);
        return settings;
    }

    // The values as ssh prints them, without its defaults.
    private static string OfSsh(ConfigurationKey key, string[] lines)
    {
        string name = key.Name.ToLowerInvariant() + " ";
        string[] values = [.. lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line => line[name.Length..])];
        if (key == ConfigurationKeys.IdentityFile)
            values = [.. values.Take(1).Where(value => !value.StartsWith("~/.ssh/", StringComparison.Ordinal))];
        bool isDefault = values is [SshPort] && key == ConfigurationKeys.Port
            || (values is ["auto"] && key == ConfigurationKeys.RequestTty)
            || (values is ["none"] && key == ConfigurationKeys.ConnectTimeout)
            || (key == ConfigurationKeys.User && values.SequenceEqual([Environment.UserName]));
        // It writes brackets around each host of a forward.
        if (key.Adds)
            values = [.. values.Select(WithoutBrackets)];
        return isDefault ? "" : string.Join('\n', values);
    }

    private static string Ours(ConfigurationKey key, HostSettings settings)
    {
        if (key == ConfigurationKeys.HostName)
            return settings.Address.Host;
        if (key == ConfigurationKeys.User)
            return settings.User ?? "";
        if (key.Adds)
        {
            IEnumerable<Setting> all = settings.All.Where(setting => setting.Key == key);
            return string.Join('\n', all.Select(setting => WithoutBrackets(string.Join(' ', setting.Values))));
        }

        string value = settings.Find(key) is { } setting ? string.Join('\n', setting.Values) : "";
        if (key == ConfigurationKeys.RequestTty)
            value = value switch { "yes" => "true", "no" => "false", _ => value };
        // ssh does not print a proxy command or a jump host that means none.
        bool isRoute = key == ConfigurationKeys.ProxyCommand || key == ConfigurationKeys.ProxyJump;
        return isRoute && value == "none" ? "" : value;
    }

    private static string WithoutBrackets(string text) => string.Concat(text.Split('[', ']'));

    private string Write(string text)
    {
        File.WriteAllText(_folder["there"], "");
        File.WriteAllText(_folder["more"], "Port 1001\nUser included\n");
        File.WriteAllText(_folder["part1"], "Port 1002\n");
        File.WriteAllText(_folder["part2"], "Port 1003\nUser second\n");
        File.WriteAllText(_folder["hosts"], "Host a\n Port 1004\nHost z\n User never\n");
        File.WriteAllText(_folder["wrong"], "Nonsense yes\n");
        string path = _folder["config"];
        File.WriteAllText(path, text.Replace("DIR", Path.GetDirectoryName(path), StringComparison.Ordinal));
        return path;
    }

    private static async Task<(int Status, string Output)> SshAsync(string path, string host)
    {
        var start = new ProcessStartInfo(SshProgram, ["-G", "-F", path, host])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process ssh = Process.Start(start)!;
        ssh.StandardInput.Close();
        Task<string> error = ssh.StandardError.ReadToEndAsync();
        string output = await ssh.StandardOutput.ReadToEndAsync().Within();
        await ssh.WaitForExitAsync().Within();
        await error.Within();
        return (ssh.ExitCode, output);
    }
}
