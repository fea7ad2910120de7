using System.Globalization;

namespace RemoteShell.Fleet.Tests.Nodes;

/// <summary>Expressions that are node sets, for us and for ClusterShell.</summary>
/// <param name="seed">The seed: equal seeds give equal expressions.</param>
internal sealed class RandomExpressions(int seed)
{
    private static readonly string[] Prefixes = ["a", "web", "n-", "rack", "x.y", ""];
    private static readonly string[] Suffixes = ["", "", "", "b", "-ib", ".lan", "%s", "-"];
    private static readonly string[] Masks = ["*", "web*", "a?", "*[1-3]", "?ack*", "n-[1-2]?"];

    private readonly Random _random = new(seed);

    /// <summary>The groups that the expressions name. They have 20 to 30 nodes.</summary>
    public static IReadOnlyDictionary<string, string> Groups { get; } = new Dictionary<string, string>
    {
        ["one"] = "web[1-9],a5",
        ["two"] = "@one!web[3,5],n-[08-12]",
        ["g1"] = "rack[1-2]b[1-3]",
        ["g2"] = "@g1&rack2b[2-9],x.y7",
    };

    public string Next()
    {
        string text = Term();
        for (int i = _random.Next(5); i > 0; i--)
            text += Pick([",", ",", "!", "&", "^", " , ", " ! "]) + Term();
        return text;
    }

    private string Term() => _random.Next(12) switch
    {
        0 => Pick([.. Groups.Keys.Select(name => $"@{name}"), "@g[1-2]", "@*"]),
        1 => Pick(Masks),
        2 => Pick(["localhost", "a", "web", "10.0.0.7", "100%"]),
        3 => Pick(Prefixes) + _random.Next(1, 4) + Ranges(isOneDigit: true),
        4 => "a" + Ranges(isOneDigit: false, hasStep: false) + _random.Next(10) + Pick(Suffixes),
        5 or 6 => Pick(Prefixes) + Ranges() + Pick(["b", "n", "-"]) + Ranges(isOneDigit: true) + Pick(Suffixes),
        7 => $"10.{_random.Next(2)}.[0-{_random.Next(1, 3)}].{Ranges(isOneDigit: true)}",
        8 => Pick(Prefixes) + _random.Next(120).ToString(Pick(["D1", "D1", "D2", "D3"]), CultureInfo.InvariantCulture) + Pick(Suffixes),
        _ => Pick(Prefixes) + Ranges() + Pick(Suffixes),
    };

    private string Ranges(bool isOneDigit = false, bool hasStep = true)
    {
        string format = Pick(["D1", "D1", "D2", "D3"]);
        IEnumerable<string> ranges = Enumerable.Range(0, _random.Next(1, 4)).Select(_ =>
        {
            int first = _random.Next(isOneDigit ? 9 : 110), last = first + _random.Next(isOneDigit ? 9 - first : 15);
            string begin = Format(isOneDigit ? "D1" : format, first), end = Format(isOneDigit ? "D1" : format, last);
            // Bounds with zeros have one width.
            if (begin.Length != end.Length && begin[0] == '0')
                return end;
            return _random.Next(3) switch
            {
                0 => begin,
                1 when hasStep => $"{begin}-{end}/{_random.Next(1, 4)}",
                _ => $"{begin}-{end}",
            };
        });
        return $"[{string.Join(Pick([",", ",", ", "]), ranges)}]";
    }

    private static string Format(string format, int number) => number.ToString(format, CultureInfo.InvariantCulture);

    private string Pick(IReadOnlyList<string> choices) => choices[_random.Next(choices.Count)];
}
