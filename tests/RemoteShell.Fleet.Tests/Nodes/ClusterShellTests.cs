namespace RemoteShell.Fleet.Tests.Nodes;

/// <summary>Node sets mean what they mean to ClusterShell.</summary>
public class ClusterShellTests
{
    private static readonly int Count = TestSize.Of(1_000, 20_000);

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("RSH_TEST_SEED"), out int seed) ? seed : 11;

    [Fact]
    public async Task Random_expressions_mean_what_they_mean_to_ClusterShell()
    {
        var random = new RandomExpressions(Seed);
        string[] texts = [.. Enumerable.Range(0, Count).Select(_ => random.Next())];
        IReadOnlyList<string[]?> answers = await AskAsync(texts);
        NodeGroups groups = NodeGroups.Of(RandomExpressions.Groups);
        var wrong = new List<string>();
        int same = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            NodeSet nodes = NodeSet.Parse(texts[i], groups);
            Assert.True(answers[i] is not null, texts[i]);
            (string fold, string[] names) = (answers[i]![0], answers[i]![1..]);
            bool isSimple = names.All(name => NumbersOf(name) <= 1);
            same += nodes.ToString() == fold ? 1 : 0;
            if (!nodes.Names.ToHashSet().SetEquals(names) || nodes.Count != names.Length)
                wrong.Add($"{texts[i]}: {nodes}, but ClusterShell says {fold}");
            else if (isSimple && !nodes.Names.SequenceEqual(names))
                wrong.Add($"{texts[i]}: another order than ClusterShell: {string.Join(' ', nodes.Names)}");
            else if (isSimple && nodes.ToString() != fold)
                wrong.Add($"{texts[i]}: folded to {nodes}, by ClusterShell to {fold}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(same > Count * 9 / 10, $"only {same} of {Count} texts are folded as ClusterShell folds them");
    }

    [Fact]
    public async Task What_ClusterShell_refuses_is_refused()
    {
        string[] texts = InvalidTexts.All.ToArray();
        IReadOnlyList<string[]?> answers = await AskAsync(texts);
        Assert.All(texts.Zip(answers), pair => Assert.True(pair.Second is null, pair.First));
        Assert.All(texts, text => Assert.Throws<NodeSetException>(() => NodeSet.Parse(text, NodeGroups.None)));
    }

    private static async Task<IReadOnlyList<string[]?>> AskAsync(IReadOnlyList<string> texts)
    {
        string? python = ClusterShell.Python;
        Assert.SkipWhen(python is null, "nodeset is not installed; it is in the package clustershell");
        return await ClusterShell.AskAsync(python, RandomExpressions.Groups, texts);
    }

    private static int NumbersOf(string name)
        => name.Where((one, i) => char.IsAsciiDigit(one) && (i == 0 || !char.IsAsciiDigit(name[i - 1]))).Count();
}
