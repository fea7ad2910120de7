using System.Globalization;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Fleet.Tests.Nodes;

/// <summary>What a set folds to names the same hosts in a signed request.</summary>
public class FoldedTargetsTests
{
    private static readonly string[] Prefixes = ["a", "web", "n-", "rack", "x.y", "", "a1b"];
    private static readonly string[] Suffixes = ["", "", "b", "-ib", ".lan", "5c", "-"];

    [Fact]
    public void Folded_set_has_its_names_and_no_others()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            HashSet<string> names = [.. Enumerable.Range(0, random.Next(1, 120)).Select(_ => Name(random))];
            string folded = NodeSet.Fold(names);
            foreach (string name in names.Concat(Enumerable.Range(0, 200).Select(_ => Name(random))))
                Assert.True(names.Contains(name) == TargetNames.Contains(folded, name, []), $"seed {seed}: {name} in {folded}");
        }
    }

    [Fact]
    public void Ranges_mean_what_they_mean_in_a_set()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            string text = string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Term(random)));
            HashSet<string> names = [.. NodeSet.Parse(text, NodeGroups.None).Names];
            foreach (string name in names.Concat(Enumerable.Range(0, 300).Select(_ => Name(random))))
                Assert.True(names.Contains(name) == TargetNames.Contains(text, name, []), $"seed {seed}: {name} in {text}");
        }
    }

    private static string Term(Random random)
        => Pick(random, Prefixes) + Ranges(random) + (random.Next(3) == 0 ? $"n{Ranges(random)}" : "") + Pick(random, Suffixes);

    private static string Ranges(Random random)
        => $"[{string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Range(random)))}]";

    private static string Range(Random random)
    {
        int first = random.Next(60), last = first + random.Next(60);
        string begin = Number(random, first), end = last.ToString($"D{begin.Length}", CultureInfo.InvariantCulture);
        if (begin.Length != end.Length && begin[0] == '0')
            return end;
        return random.Next(3) switch
        {
            0 => begin,
            1 => $"{begin}-{end}/{random.Next(1, 5)}",
            _ => $"{begin}-{end}",
        };
    }

    private static string Name(Random random)
        => Pick(random, Prefixes) + Number(random, random.Next(120))
        + (random.Next(3) == 0 ? $"n{Number(random, random.Next(60))}" : "") + Pick(random, Suffixes);

    private static string Number(Random random, int number)
        => number.ToString(Pick(random, ["D1", "D1", "D2", "D3"]), CultureInfo.InvariantCulture);

    private static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
