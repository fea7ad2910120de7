using System.Diagnostics;

namespace RemoteShell.Fleet.Tests.Nodes;

/// <summary>Node sets: what they mean, and what is refused.</summary>
public class NodeSetTests
{
    // Far above what a set takes, and far below what a quadratic algorithm would take.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(8);

    [Theory]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData("web1", "web1")]
    [InlineData("web[1-3]", "web1 web2 web3")]
    [InlineData("web[08-10,35]", "web08 web09 web10 web35")]
    [InlineData("web[ 1 - 3 , 5 ]", "web1 web2 web3 web5")]
    [InlineData("n[0-10/5]", "n0 n5 n10")]
    [InlineData("rack[1-2]n[1-3/2]", "rack1n1 rack1n3 rack2n1 rack2n3")]
    [InlineData("a[1-2]-ib", "a1-ib a2-ib")]
    [InlineData("a1[0-1]", "a10 a11")]
    [InlineData("a1[9-10]", "a19 a110")]
    [InlineData("a[1-2]5", "a15 a25")]
    [InlineData("b a,c", "a b c")]
    [InlineData("a\n\tb", "a b")]
    [InlineData("a[1-3]!a2", "a1 a3")]
    [InlineData("a[1-3] ! a2 & a[1-2]", "a1")]
    [InlineData("a[1-3]^a[3-4]", "a1 a2 a4")]
    [InlineData("a,a1,a-b", "a a1 a-b")]
    [InlineData("a9,a10,a09", "a9 a09 a10")]
    [InlineData("root@web[1-2]:7022", "root@web1:7022 root@web2:7022")]
    [InlineData("50%s[1-2]", "50%s1 50%s2")]
    public void A_set_has_these_nodes(string text, string names)
        => Assert.Equal(names, string.Join(' ', NodeSet.Parse(text, NodeGroups.None).Names));

    [Theory]
    [InlineData("[::1]")]
    [InlineData("[fe80::1]")]
    [InlineData("[::1]:7022")]
    [InlineData("user@[::1]:7022")]
    [InlineData("[fe80::1%eth0]")]
    [InlineData("[::ffff:10.0.0.1]")]
    public void An_IPv6_address_in_brackets_is_one_node(string address)
    {
        NodeSet nodes = NodeSet.Parse($"{address},web[1-2]", NodeGroups.None);
        Assert.Equal([address, "web1", "web2"], nodes.Names);
        Assert.Equal($"{address},web[1-2]", nodes.ToString());
    }

    [Fact]
    public void Addresses_are_not_folded()
        => Assert.Equal("[fe80::1],[fe80::2]", NodeSet.Parse("[fe80::2],[fe80::1]", NodeGroups.None).ToString());

    [Theory]
    [InlineData("web[::1]")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:")]
    [InlineData("[::1]:70[22-23]")]
    [InlineData("[::1][1-2]")]
    [InlineData("[1:2-3]")]
    [InlineData("[::g]")]
    public void A_bracket_with_a_colon_that_is_not_an_address_is_refused(string text)
        => Assert.Contains("IPv6", Refusal(text).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("web2,web1", "web[1-2]")]
    [InlineData("web1,web2,web3,db7,web9", "db7,web[1-3,9]")]
    [InlineData("a[01-12]", "a[01-12]")]
    [InlineData("a[1-10],a[01-09]", "a[1-9,01-10]")]
    [InlineData("a[01,99,100]", "a[01,99,100]")]
    [InlineData("a[0-10/2]", "a[0,2,4,6,8,10]")]
    [InlineData("10.0.0.[1-3],10.0.1.[1-3]", "10.0.[0-1].[1-3]")]
    [InlineData("r[1-2]n[1-2],r3n1", "r[1-2]n[1-2],r3n1")]
    [InlineData("x999999999999999999999999,x1000000000000000000000000", "x[999999999999999999999999-1000000000000000000000000]")]
    public void A_set_folds(string text, string folded) => Assert.Equal(folded, NodeSet.Parse(text, NodeGroups.None).ToString());

    [Fact]
    public void Invalid_texts_are_refused_with_a_hint()
        => Assert.All(InvalidTexts.All, text => Assert.NotNull(Refusal(text).Hint));

    // ClusterShell takes numbers below zero.
    [Theory]
    [InlineData("a[-1]")]
    [InlineData("a[-1-3]")]
    [InlineData("a[1-2-3]")]
    [InlineData("a[+1]")]
    [InlineData("a[1_0]")]
    [InlineData("a[\u0661]")]
    public void A_range_has_digits_only(string text) => Refusal(text);

    [Theory]
    [InlineData("web[1-3", "'web[1-3'")]
    [InlineData("a,,b", "position 3")]
    [InlineData("a[1-x]", "'x'")]
    [InlineData("a[2-1]", "2-1")]
    [InlineData("a[01-5]", "01-5")]
    public void A_refusal_names_the_part_that_is_wrong(string text, string part)
        => Assert.Contains(part, Refusal(text).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a[1-1000000000]")]
    [InlineData("a[0-999999999999999999]")]
    [InlineData("a[1-1000]b[1-1000]")]
    [InlineData("a[1-9999]b[1-9999]c[1-9999]d[1-9999]e[1-9999]f[1-9999]")]
    [InlineData("a[1-99999],b[1-2]")]
    [InlineData("@file[1-1000000]")]
    [InlineData("*[1-1000000]")]
    public void Too_many_nodes_are_refused_at_once(string text)
    {
        long start = Stopwatch.GetTimestamp();
        Assert.Contains("at most 100,000 nodes", Refusal(text).Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) < Soon);
    }

    [Fact]
    public void An_expression_with_many_large_parts_is_refused_soon()
    {
        long start = Stopwatch.GetTimestamp();
        string text = string.Join('!', Enumerable.Repeat("a[1-100000]", 10_000));
        Assert.Contains("5,000,000 nodes together", Refusal(text).Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) < Soon);
    }

    [Fact]
    public void A_long_name_is_not_multiplied()
        => Assert.Contains("512 characters", Refusal(new string('a', 10_000) + "[1-100000]").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2_000, 1)]
    [InlineData(100_000, 1)]
    [InlineData(100_000, 2)]
    [InlineData(100_000, 4)]
    public void A_large_set_is_read_and_folded_soon(int count, int numbers)
    {
        var random = new Random(5);
        string[] names =
        [
            .. Enumerable.Range(0, count)
                .Select(i => string.Concat(Enumerable.Range(0, numbers).Select(_ => $"n{random.Next(numbers == 1 ? count : 30)}"))),
        ];
        long start = Stopwatch.GetTimestamp();
        NodeSet nodes = NodeSet.Of(names);
        string folded = nodes.ToString();
        NodeSet read = NodeSet.Parse(folded, NodeGroups.None);
        TestContext.Current.SendDiagnosticMessage($"{count}, {numbers}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        Assert.True(Stopwatch.GetElapsedTime(start) < Soon, $"{Stopwatch.GetElapsedTime(start)}");
        Assert.Equal(nodes.Names, read.Names);
    }

    [Fact]
    public void Folding_and_expanding_are_inverse()
    {
        var random = new RandomExpressions(23);
        NodeGroups groups = NodeGroups.Of(RandomExpressions.Groups);
        for (int i = 0; i < TestSize.Of(3_000, 100_000); i++)
        {
            string text = random.Next();
            NodeSet nodes = NodeSet.Parse(text, groups);
            string folded = nodes.ToString();
            Assert.Equal(nodes.Names, NodeSet.Parse(folded, NodeGroups.None).Names);
            Assert.Equal(folded, NodeSet.Fold(nodes.Names.Reverse()));
        }
    }

    // Anything else than a result or a refusal fails the test, and so does a hang.
    [Fact]
    public async Task Any_text_is_a_set_or_is_refused()
    {
        const string Symbols = "a1[]-,!&^@*?:/ 09%{}.\\\0\n\u00e4\ud83d";
        var random = new Random(31);
        var valid = new RandomExpressions(37);
        NodeGroups groups = NodeGroups.Of(RandomExpressions.Groups);
        int sets = 0;
        await Task.Run(() =>
        {
            for (int i = 0; i < TestSize.Of(30_000, 1_000_000); i++)
            {
                string text = i % 2 == 0 ? valid.Next() : "";
                for (int edits = random.Next(1, i % 2 == 0 ? 4 : 20); edits > 0; edits--)
                {
                    int at = random.Next(text.Length + 1);
                    text = text[..at] + Symbols[random.Next(Symbols.Length)] + text[Math.Min(text.Length, at + random.Next(2))..];
                }

                try
                {
                    NodeSet nodes = NodeSet.Parse(text, groups);
                    Assert.Equal(nodes.Names, NodeSet.Parse(nodes.ToString(), NodeGroups.None).Names);
                    sets++;
                }
                catch (NodeSetException)
                {
                }
            }
        }).Within(TimeSpan.FromMinutes(5));
        Assert.True(sets > 1_000, $"only {sets} texts are sets");
    }

    [Fact]
    public void Sets_are_combined()
    {
        NodeSet one = NodeSet.Parse("a[1-4]", NodeGroups.None), other = NodeSet.Parse("a[3-6]", NodeGroups.None);
        Assert.Equal("a[1-6]", one.Union(other).ToString());
        Assert.Equal("a[1-2]", one.Except(other).ToString());
        Assert.Equal("a[3-4]", one.Intersect(other).ToString());
        Assert.Equal("a[1-2,5-6]", one.SymmetricExcept(other).ToString());
        Assert.Equal(4, one.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("a[1-2]")]
    [InlineData("@web")]
    [InlineData("web*")]
    public void Only_names_make_a_set(string name)
        => Assert.Throws<NodeSetException>(() => NodeSet.Of(["web1", name]));

    private static NodeSetException Refusal(string text)
        => Assert.Throws<NodeSetException>(() => NodeSet.Parse(text, NodeGroups.None));
}
