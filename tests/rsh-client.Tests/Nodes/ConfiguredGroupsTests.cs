using RemoteShell.Cli.Client.Completing;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Fleet;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Tests.Nodes;

/// <summary>The groups of the configuration file.</summary>
public sealed class ConfiguredGroupsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("Group web = web[1-3]", "web[1-3]")]
    [InlineData("group web=web[1-3]", "web[1-3]")]
    [InlineData("Group web web[1-3] db1 # all", "db1,web[1-3]")]
    [InlineData("GROUP = web = web1", "web1")]
    [InlineData("Group=web = web1", "web1")]
    [InlineData("Group web = \"web1 ! web1\" web2", "web2")]
    [InlineData("Group web = web1\nGroup web = web2", "web1")]
    [InlineData("Group web = web1\nGroupCommand web = echo web2", "web1")]
    [InlineData("Host other\n Port 3\n Group web = web1", "web1")]
    [InlineData("Match exec false\n Group web = web1", "web1")]
    [InlineData("Group web = @a,@b\nGroup a = a1\nGroup b = @a b1", "a1,b1")]
    [InlineData("Include DIR/*.conf\nGroup web = x1", "included[1-2]")]
    [InlineData("Host other\n Include DIR/*.conf", "included[1-2]")]
    [InlineData("GroupCommand web = echo web1; echo web[2-3] db1", "db1,web[1-3]")]
    [InlineData("GroupCommand web echo $GROUP-1 # a comment of the shell", "web-1")]
    [InlineData("GroupCommand web = cat", "")]
    [InlineData("Group x = y", null)]
    public void A_group_is_what_the_file_says(string text, string? folded)
    {
        File.WriteAllText(_folder["a.conf"], "Group web = included[1-2]");
        if (folded is null)
            Assert.ThrowsAny<Exception>(() => Hosts(text, "@web"));
        else
            Assert.Equal(folded, Hosts(text, "@web"));
    }

    [Fact]
    public void All_groups_are_listed()
    {
        const string Text = "Group web = web1\nGroupCommand db = echo db1\nGroup rack:r1 = n1";
        Assert.Equal("db1,n1,web1", Hosts(Text, "@*"));
        Assert.Equal("n1", Hosts(Text, "@rack:*"));
        Assert.Equal("web1", Hosts(Text, "w*"));
    }

    [Fact]
    public void A_command_that_fails_is_an_error_with_its_status_and_its_text()
    {
        var refusal = Assert.ThrowsAny<RemoteShellException>(() => Hosts("\nGroupCommand web = echo broken >&2; exit 3", "@web"));
        Assert.Equal($"{_folder["config"]}:2: the command of the group 'web' exited with 3: broken", refusal.Message);
        Assert.Contains("GROUP=web sh -c", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_without_end_is_ended()
        => Assert.Contains("prints more than", Assert.ThrowsAny<RemoteShellException>(
            () => Hosts("GroupCommand web = yes", "@web")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_command_runs_only_if_its_group_is_named()
    {
        string text = $"GroupCommand web = touch '{_folder["ran"]}'; echo web1\nGroup db = db1\nHost a\n Port 3";
        Assert.Equal("db1,x", Hosts(text, "@db,x"));
        Assert.Equal(3, SettingsOf("a").Address.Port);
        Assert.False(File.Exists(_folder["ran"]));
        Assert.Equal("web1", Hosts(text, "@web"));
        Assert.True(File.Exists(_folder["ran"]));
    }

    [Fact]
    public async Task A_command_runs_once_for_all_words()
    {
        File.WriteAllText(_folder["config"], $"GroupCommand web = echo >>'{_folder["ran"]}'; echo web1");
        Targets targets = await Targets.ReadAsync(["@web", "root@@web", "@*"], new ConfiguredGroups(_folder["config"]));
        Assert.Equal(["root@web1", "web1"], targets.Hosts);
        Assert.Single(File.ReadAllLines(_folder["ran"]));
    }

    [Theory]
    [InlineData("Group web")]
    [InlineData("Group web =")]
    [InlineData("Group web = # none")]
    [InlineData("Group web = \"a")]
    [InlineData("Group a,b = c")]
    [InlineData("Group @web = c")]
    [InlineData("Group web[1-2] = c")]
    [InlineData("Group web:7022 = c")]
    [InlineData("Group file = c")]
    [InlineData("Group file:x = c")]
    [InlineData("GroupCommand web")]
    [InlineData("Host b\n Group web")]
    public void A_wrong_line_is_named_also_when_a_host_is_looked_up(string text)
    {
        Assert.Matches("/config:[0-9]+: ", Assert.ThrowsAny<RemoteShellException>(() => Hosts(text, "@web")).Message);
        Assert.Matches("/config:[0-9]+: ", Assert.ThrowsAny<RemoteShellException>(() => SettingsOf("a")).Message);
    }

    [Fact]
    public void Files_that_include_each_other_are_an_error()
        => Assert.Contains("include each other", Assert.ThrowsAny<RemoteShellException>(
            () => Hosts("Include DIR/config", "@web")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_does_not_exist_is_an_error_and_none_has_no_groups()
    {
        Assert.Contains("there is no file", Assert.ThrowsAny<RemoteShellException>(
            () => new ConfiguredGroups(_folder["nope"]).Names).Message, StringComparison.Ordinal);
        Assert.Empty(new ConfiguredGroups(ClientConfiguration.NoFile).Names);
    }

    [Fact]
    public void A_file_is_read_only_if_a_group_is_named()
        => Assert.Equal(2, NodeSet.Parse("web[1-2]", new ConfiguredGroups(_folder["nope"])).Count);

    [Fact]
    public void Groups_are_completed()
    {
        File.WriteAllText(_folder["a.conf"], "Group db db1\nGroup wrong,name = x");
        File.WriteAllText(_folder["config"], $"Host h1 *.x\nGroup web = web1\nHost h2\nGroupCommand lab = x\nInclude {_folder["a.conf"]}");
        var hosts = new ConfiguredHosts([_folder["config"]], _folder["known_hosts"]);
        Assert.Equal(["db", "lab", "web"], hosts.Groups());
        Assert.Equal(["h1", "h2"], hosts.Names());
    }

    [Fact]
    public void Known_hosts_are_completed_that_a_line_names_with_a_port()
    {
        string[] lines =
        [
            "a.example:7022 KEY", "b.example:7023,[c.example]:7022\tKEY", "[::1]:7022 KEY", "of-ssh KEY", "*.x:7022 KEY", "|1|a|b KEY",
            "@revoked d:7022 KEY", "@cert-authority * KEY", "# e:7022 KEY", "", "!f:7022 KEY",
        ];
        File.WriteAllLines(_folder["known_hosts"], lines);
        Assert.Equal(["[::1]:7022", "a.example", "b.example:7023", "c.example"], new ConfiguredHosts([], _folder["known_hosts"]).Names());
    }

    public void Dispose() => _folder.Dispose();

    private string Hosts(string text, string set)
    {
        File.WriteAllText(_folder["config"], text.Replace("DIR", _folder.Path, StringComparison.Ordinal));
        return NodeSet.Parse(set, new ConfiguredGroups(_folder["config"])).ToString();
    }

    private HostSettings SettingsOf(string host)
    {
        var settings = new HostSettings(HostQuery.Parse(host));
        new ConfigurationReader(settings, ConfigurationKeys.All, new()).Read(_folder["config"]);
        return settings;
    }
}
