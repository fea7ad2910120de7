using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Tests.Nodes;

/// <summary>The words of a command line that name hosts.</summary>
public sealed class TargetsTests : IDisposable
{
    private static readonly NodeGroups Groups = NodeGroups.Of(new Dictionary<string, string>
    {
        ["web"] = "web[1-2]",
        ["mixed"] = "web1,admin@db1:22,[::1]",
        ["rack:r1"] = "n1",
        ["empty"] = "",
    });

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("a b")]
    [InlineData("name")]
    [InlineData("name-2.example")]
    [InlineData("name:7022")]
    [InlineData("user@name")]
    [InlineData("user@name:7022")]
    [InlineData("me@corp@name")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:7022")]
    [InlineData("[fe80::1%eth0]:7022")]
    [InlineData("user@[::1]")]
    [InlineData("user@[fe80::1]:7022")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("")]
    [InlineData("[::1")]
    [InlineData("u[1]@name")]
    public void A_plain_host_is_not_a_set(string text) => Assert.False(Targets.IsSet(text));

    [Theory]
    [InlineData("-")]
    [InlineData("web[1-3]")]
    [InlineData("web[1]")]
    [InlineData("root@web[1-3]:7022")]
    [InlineData("a,b")]
    [InlineData("a!b")]
    [InlineData("a&b")]
    [InlineData("a^b")]
    [InlineData("@web")]
    [InlineData("root@@web")]
    [InlineData("@file:hosts")]
    [InlineData("web*")]
    [InlineData("web?")]
    [InlineData("[::1],a")]
    [InlineData("[::1][1-2]")]
    [InlineData("[1-3]")]
    [InlineData("[1-3")]
    [InlineData("web[1-3")]
    [InlineData("[1-3]:7022")]
    [InlineData("root@[1-3]n:7022")]
    public void A_set_is_a_set_also_with_one_node(string text) => Assert.True(Targets.IsSet(text));

    [Theory]
    [InlineData("name", "name")]
    [InlineData("user@name:7022", "user@name:7022")]
    [InlineData("me@corp@name", "me@corp@name")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("user@[::1]:7022", "user@[::1]:7022")]
    [InlineData("fe80::1", "fe80::1")]
    [InlineData("web[1-2]", "web1 web2")]
    [InlineData("root@web[1-2]", "root@web1 root@web2")]
    [InlineData("web[1-2]:7023", "web1:7023 web2:7023")]
    [InlineData("web[1,2]:7023", "web1:7023 web2:7023")]
    [InlineData("root@web[1-2]:7023", "root@web1:7023 root@web2:7023")]
    [InlineData("root@web1,db1", "root@db1 root@web1")]
    [InlineData("web1,admin@db1", "admin@db1 web1")]
    [InlineData("root@web1,admin@db1", "admin@db1 root@web1")]
    [InlineData("web1:22,db1:7023", "db1:7023 web1:22")]
    [InlineData("me@corp@web[1-2]", "me@corp@web1 me@corp@web2")]
    [InlineData("me@corp@@web", "me@corp@web1 me@corp@web2")]
    [InlineData("@web", "web1 web2")]
    [InlineData("@web:7023", "web1:7023 web2:7023")]
    [InlineData("root@@web:7023", "root@web1:7023 root@web2:7023")]
    [InlineData("@rack:r1", "n1")]
    [InlineData("@rack:r1:7023", "n1:7023")]
    [InlineData("root@@mixed:7023", "root@[::1]:7023 admin@db1:22 root@web1:7023")]
    [InlineData("fe80::1,a", "a fe80::1")]
    [InlineData("a,fe80::1", "a fe80::1")]
    [InlineData("[::1],web1:7023", "[::1]:7023 web1:7023")]
    [InlineData("web1,[::1]:7023", "[::1]:7023 web1:7023")]
    [InlineData("[::1],[::2]", "[::1] [::2]")]
    [InlineData("root@web1,web1", "root@web1")]
    [InlineData("web*:7023", "web1:7023 web2:7023")]
    public void A_word_names_these_hosts(string text, string hosts)
    {
        Targets targets = Targets.Read(text, Groups);
        Assert.Equal(hosts.Split(' ').Order(), targets.Hosts.Order());
        Assert.All(targets.Hosts, host => HostQuery.Parse(host));
    }

    [Fact]
    public void A_file_may_have_a_port_behind_it()
    {
        string path = _folder["hosts"];
        File.WriteAllText(path, "web1 # one\nadmin@web2:22\n");
        Assert.Equal(["admin@web2:22", "web1"], Targets.Read($"@file:{path}", Groups).Hosts.Order());
        Assert.Equal(["admin@web2:22", "root@web1:7023"], Targets.Read($"root@@file:{path}:7023", Groups).Hosts.Order());
        Assert.Equal(["a:7023", "admin@web2:22", "web1:7023"], Targets.Read($"a,@file:{path}:7023", Groups).Hosts.Order());
    }

    [Fact]
    public void A_number_behind_the_source_of_files_is_a_name_of_a_file()
        => Assert.Contains("cannot read the nodes of '7022'", Refusal("@file:7022").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("@empty", "no hosts: @empty is empty")]
    [InlineData("web[1-2]!web[1-2]", "no hosts: web[1-2]!web[1-2] is empty")]
    [InlineData("x*", "no hosts: x* is empty")]
    [InlineData("@nope", "there is no group 'nope'")]
    [InlineData("web[1-", "'web[1-' has a [ without a ]")]
    [InlineData("web[1-2]:99999", "'99999'")]
    [InlineData("a,b/c", "the node 'b/c' is not a host")]
    [InlineData("a,b:x", "the node 'b:x' is not a host")]
    [InlineData("x/y@web[1-2]", "the node 'x/y@web1' has a character that no host has")]
    [InlineData("a\u0001,b", "the node 'a\u0001' is not a host")]
    [InlineData("[1-2]", "the node '1' is not a host")]
    [InlineData("a,-b", "the node '-b' is not a host")]
    public void What_is_wrong_is_said_with_a_hint(string text, string message)
    {
        FormatException refusal = Refusal(text);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_standard_input_are_put_together()
    {
        Assert.Equal(["db1", "web1", "web3"], Targets.ReadLines("web[1-3]!web2 # web\n\ndb1\nweb1\n", Groups).Hosts.Order());
        FormatException refusal = Assert.ThrowsAny<FormatException>(() => Targets.ReadLines("a\nb[\n", Groups));
        Assert.StartsWith("line 2: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("no hosts: standard input is empty", Assert.ThrowsAny<FormatException>(
            () => Targets.ReadLines("# none\n", Groups)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_word_names_hosts_or_is_refused()
    {
        const string Symbols = "ab1[]-,!&^@*?:/ 09%.\0\n";
        var random = new Random(41);
        int read = 0;
        await Task.Run(() =>
        {
            for (int i = 0; i < TestSize.Of(30_000, 1_000_000); i++)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(
                    _ => random.Next(4) == 0 ? random.GetItems(["web[1-2]", "@web", "[::1]", "root@", ":22"], 1)[0]
                        : Symbols[random.Next(Symbols.Length)].ToString()));
                try
                {
                    Assert.All(Targets.Read(text, Groups).Hosts, host => HostQuery.Parse(host));
                    read++;
                }
                catch (FormatException)
                {
                }
            }
        }).Within(TimeSpan.FromMinutes(5));
        Assert.True(read > 500, $"only {read} words are read");
    }

    // What worked before still means the same.
    [Fact]
    public void Any_word_that_is_not_a_set_is_the_host_that_it_was()
    {
        const string Symbols = "ab1[]-@:/09%.";
        var random = new Random(43);
        int read = 0;
        for (int i = 0; i < 100_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 10)).Select(_ => random.Next(6) == 0 ? "[::1]"
                : Symbols[random.Next(Symbols.Length)].ToString()));
            // A run names files after its hosts, so some characters of a user are refused.
            if (Targets.IsSet(text) || Parsed(text) is not { } query || query.User?.AsSpan().ContainsAny("/[]") == true)
                continue;
            Assert.Equal(query, HostQuery.Parse(Assert.Single(Targets.Read(text, NodeGroups.None).Hosts)));
            read++;
        }

        Assert.True(read > 1_000, $"only {read} words are hosts");
    }

    public void Dispose() => _folder.Dispose();

    private static HostQuery? Parsed(string text)
    {
        try
        {
            return HostQuery.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static UsageException Refusal(string text)
    {
        FormatException refusal = Assert.ThrowsAny<FormatException>(() => Targets.Read(text, Groups));
        return Assert.IsType<UsageException>(refusal);
    }
}
