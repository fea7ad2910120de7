namespace RemoteShell.Fleet.Tests.Nodes;

/// <summary>Groups, files and wildcards in node sets.</summary>
public sealed class NodeGroupsTests : IDisposable
{
    private static readonly NodeGroups Groups = NodeGroups.Of(new Dictionary<string, string>
    {
        ["web"] = "web[1-3]",
        ["db"] = "db1 db2\ndb3",
        ["prod"] = "@web,@db!web2",
        ["rack:r1"] = "web1,db1",
        ["rack:r2"] = "web2",
        ["empty"] = "",
    });

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("@web", "web[1-3]")]
    [InlineData("@db", "db[1-3]")]
    [InlineData("@prod", "db[1-3],web[1,3]")]
    [InlineData("@web!@rack:r1", "web[2-3]")]
    [InlineData("@rack:r[1-2]", "db1,web[1-2]")]
    [InlineData("@rack:*", "db1,web[1-2]")]
    [InlineData("@*", "db[1-3],web[1-3]")]
    [InlineData("@web&@prod", "web[1,3]")]
    [InlineData("@empty", "")]
    [InlineData("web*", "web[1-3]")]
    [InlineData("?b[1-2]", "db[1-2]")]
    [InlineData("*[1-2]!web*", "db[1-2]")]
    [InlineData("x*", "")]
    public void A_group_stands_for_its_nodes(string text, string folded) => Assert.Equal(folded, NodeSet.Parse(text, Groups).ToString());

    [Fact]
    public void An_unknown_group_is_refused_and_the_known_ones_are_named()
    {
        NodeSetException refusal = Assert.Throws<NodeSetException>(() => NodeSet.Parse("@wbe", Groups));
        Assert.Equal("there is no group 'wbe'", refusal.Message);
        Assert.Contains("@web, @db", refusal.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@*")]
    [InlineData("web*")]
    [InlineData("@web")]
    [InlineData("@rack:*")]
    [InlineData("@")]
    [InlineData("@@web")]
    public void Without_groups_nothing_stands_for_their_nodes(string text)
        => Assert.Throws<NodeSetException>(() => NodeSet.Parse(text, NodeGroups.None));

    [Theory]
    [InlineData("@a")]
    [InlineData("@c")]
    public void A_circle_is_refused_and_shown(string text)
    {
        NodeGroups groups = NodeGroups.Of(new Dictionary<string, string> { ["a"] = "x,@b", ["b"] = "y,@c", ["c"] = "@a" });
        NodeSetException refusal = Assert.Throws<NodeSetException>(() => NodeSet.Parse(text, groups));
        Assert.Contains(text == "@a" ? "@a → @b → @c → @a" : "@c → @a → @b → @c", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@*")]
    [InlineData("web*")]
    public void A_group_of_all_groups_is_a_circle(string text)
    {
        NodeGroups groups = NodeGroups.Of(new Dictionary<string, string> { ["web"] = "web1", ["all"] = text });
        Assert.Throws<NodeSetException>(() => NodeSet.Parse("@all", groups));
    }

    [Fact]
    public void A_long_chain_of_groups_is_refused()
    {
        NodeGroups groups = NodeGroups.Of(Enumerable.Range(0, 100_000).ToDictionary(i => $"g{i}", i => $"@g{i + 1}"));
        NodeSetException refusal = Assert.Throws<NodeSetException>(() => NodeSet.Parse("@g0", groups));
        Assert.Contains("more than 64 groups", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_is_asked_for_once()
    {
        var groups = new CountedGroups();
        Assert.Equal("n1", NodeSet.Parse("@one,@one&@two!@three^@one", groups).ToString());
        Assert.Equal(["one", "two", "three"], groups.Asked);
    }

    [Fact]
    public void A_group_that_is_not_named_is_not_asked_for()
    {
        var groups = new CountedGroups();
        NodeSet.Parse("n[1-3]", groups);
        Assert.Empty(groups.Asked);
    }

    [Fact]
    public void What_is_wrong_in_a_group_names_the_group()
    {
        NodeGroups groups = NodeGroups.Of(new Dictionary<string, string> { ["a"] = "@b", ["b"] = "x[1" });
        NodeSetException refusal = Assert.Throws<NodeSetException>(() => NodeSet.Parse("@a", groups));
        Assert.Equal("group 'a': group 'b': 'x[1' has a [ without a ]", refusal.Message);
    }

    [Fact]
    public void A_file_has_sets_in_lines()
    {
        File.WriteAllText(_folder["hosts"], "# all\nweb[1-3] db1 # and more\r\n\n@rack:r1!db1\n  x[5-6]!x6");
        Assert.Equal("db1,web[1-3],x5", NodeSet.Parse($"@file:{_folder["hosts"]}", Groups).ToString());
        Assert.Equal("db1,x5", NodeSet.Parse($"@file:{_folder["hosts"]}!@web", Groups).ToString());
    }

    [Fact]
    public void What_is_wrong_in_a_file_names_the_line()
    {
        File.WriteAllText(_folder["hosts"], "web1\nweb[2-1]\n");
        NodeSetException refusal = Assert.Throws<NodeSetException>(() => NodeSet.Parse($"@file:{_folder["hosts"]}", Groups));
        Assert.StartsWith($"{_folder["hosts"]}:2: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_contains_itself_is_refused()
    {
        File.WriteAllText(_folder["hosts"], $"web1 @file:{_folder["hosts"]}");
        Assert.Contains("contains itself", Assert.Throws<NodeSetException>(
            () => NodeSet.Parse($"@file:{_folder["hosts"]}", Groups)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_file_that_cannot_be_read_is_an_error(string name)
        => Assert.Contains("cannot read", Assert.Throws<NodeSetException>(
            () => NodeSet.Parse($"@file:{_folder[name]}", Groups)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_without_end_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs /dev/zero");
        Assert.Throws<NodeSetException>(() => NodeSet.Parse("@file:/dev/zero", Groups));
    }

    public void Dispose() => _folder.Dispose();
}
