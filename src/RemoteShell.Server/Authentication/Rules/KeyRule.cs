using System.Text;
using RemoteShell.Files.Matching;
using RemoteShell.Files.Patterns;
using RemoteShell.Server.Builtins;

namespace RemoteShell.Server.Authentication.Rules;

/// <summary>An entry of <c>allow=</c> or <c>deny=</c>: a verb, and what it may be asked.</summary>
/// <remarks>
/// <c>'…'</c> and a backslash quote: a quoted <c>*</c> is a star, and a quoted comma does not end the entry.
/// </remarks>
internal sealed class KeyRule
{
    // What a quote changes.
    private const string Special = "*?[ ,:'\"\\";

    private readonly string _verb;

    // For run; a null is any one word. Null: any command.
    private readonly IReadOnlyList<string?>? _words;
    private readonly PathGlob? _path;
    private readonly ForwardRule? _place;

    private KeyRule(string verb, string text, IReadOnlyList<string?>? words, PathGlob? path, ForwardRule? place)
        => (_verb, Text, _words, _path, _place) = (verb, text, words, path, place);

    /// <summary>The entry, with a backslash in place of quotes.</summary>
    public string Text { get; }

    /// <summary>Whether it names certain commands, and not all.</summary>
    public bool NamesCommands => _words is not null;

    /// <summary>Whether it depends on a path.</summary>
    public bool HasPath => _path is not null;

    /// <summary>Whether it names where to connect or listen.</summary>
    public bool NamesPlace => _place is not null;

    /// <summary>Reads entries, with commas between them.</summary>
    /// <param name="text">The value of the option.</param>
    /// <param name="option">The option, for messages.</param>
    /// <exception cref="FormatException">An entry is empty, its verb is not known, or its pattern is not valid.</exception>
    public static IReadOnlyList<KeyRule> Parse(string text, string option)
        => [.. Split(PatternText.Read(Encoding.UTF8.GetBytes(text)), ',').Select(entry => ParseEntry(Trim(entry), option))];

    /// <summary>Whether all of what the request is about is meant.</summary>
    public bool Covers(AskedRequest asked)
        => Fits(asked) && (_path is null || asked.Path is not { } path || asked.Scope switch
        {
            PathScope.Tree => _path.CoversTree(path),
            PathScope.Children or PathScope.Names => _path.CoversChildren(path),
            _ => _path.IsMatch(path),
        });

    /// <summary>Whether some of what the request is about may be meant.</summary>
    public bool Touches(AskedRequest asked)
        => Fits(asked) && (_path is null || (asked.Path is { } path && asked.Scope switch
        {
            PathScope.Tree or PathScope.Children => _path.IsMatch(path) || _path.MayMatchBelow(path),
            PathScope.Names => _path.CoversChildren(path),
            _ => _path.IsMatch(path),
        }));

    private bool Fits(AskedRequest asked) => _verb switch
    {
        KeyVerb.Run => asked.Verb == KeyVerb.Run && (_words is null || FitsWords(asked.Argv)),
        KeyVerb.Files => asked.IsFiles,
        KeyVerb.Forward => asked.IsForwarding,
        KeyVerb.Connect => asked.Verb == KeyVerb.Connect || asked.Within == KeyVerb.Connect,
        KeyVerb.Jobs => asked.IsOwnJobs,
        KeyVerb.Open => asked.Verb == KeyVerb.Open
            && (asked.Socket is { } path ? _place!.PermitsSocket(path) : _place!.PermitsOpen(asked.Host, asked.Port)),
        KeyVerb.Listen => asked.Verb == KeyVerb.Listen
            && (asked.Socket is { } path ? _place!.PermitsSocket(path) : _place!.PermitsListen(asked.Host, asked.Port)),
        _ => asked.Verb == _verb,
    };

    private bool FitsWords(IReadOnlyList<string> argv)
        => argv.Count == _words!.Count && argv.Zip(_words).All(pair => pair.Second is null || pair.First == pair.Second);

    private static KeyRule ParseEntry(List<PatternSymbol> entry, string option)
    {
        string text = Written(entry);
        int colon = entry.FindIndex(symbol => IsActive(symbol, ':'));
        string verb = TextOf(colon < 0 ? entry : entry[..colon]);
        if (!KeyVerb.OfRules.Contains(verb) && BuiltinTable.Find(verb) is null)
        {
            string known = string.Join(", ", KeyVerb.OfRules.Concat(BuiltinTable.List.Select(builtin => builtin.Name)));
            throw new FormatException($"'{verb}' in {option} is not a verb; known are {known}");
        }

        if (colon < 0)
        {
            return verb is KeyVerb.Open or KeyVerb.Listen
                ? throw new FormatException($"'{verb}' in {option} needs a place, such as {verb}:localhost:5432; or write forward")
                : new(verb, text, null, null, null);
        }

        List<PatternSymbol> pattern = entry[(colon + 1)..];
        if (pattern.Count == 0)
            throw new FormatException($"'{text}' in {option} has nothing after the colon");
        string place = TextOf(pattern);
        return verb switch
        {
            KeyVerb.Run => new(verb, text, Words(pattern), null, null),
            KeyVerb.Get or KeyVerb.Put or KeyVerb.Files => new(verb, text, null, PathOf(pattern, text, option), null),
            KeyVerb.Open => new(verb, text, null, null, ForwardRuleReader.ParseOpen(place, $"{option}: open:")),
            KeyVerb.Listen => new(verb, text, null, null, ForwardRuleReader.ParseListen(place, $"{option}: listen:")),
            _ => throw new FormatException($"'{text}' in {option}: {verb} takes no pattern"),
        };
    }

    private static PathGlob PathOf(List<PatternSymbol> pattern, string text, string option)
    {
        try
        {
            return PathGlob.Parse(pattern);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{text}' in {option}: {e.Message}", e);
        }
    }

    private static List<string?> Words(List<PatternSymbol> pattern)
        => [.. Split(pattern, ' ').Where(word => word.Count > 0).Select(word => IsAnyWord(word) ? null : TextOf(word))];

    private static bool IsAnyWord(List<PatternSymbol> word) => word is [var only] && IsActive(only, '*');

    private static IEnumerable<List<PatternSymbol>> Split(List<PatternSymbol> symbols, char separator)
    {
        int start = 0;
        for (int i = 0; i <= symbols.Count; i++)
        {
            if (i < symbols.Count && !IsActive(symbols[i], separator))
                continue;
            yield return symbols[start..i];
            start = i + 1;
        }
    }

    private static List<PatternSymbol> Trim(List<PatternSymbol> entry)
    {
        int start = entry.FindIndex(symbol => !IsActive(symbol, ' '));
        return start < 0 ? [] : entry[start..(entry.FindLastIndex(symbol => !IsActive(symbol, ' ')) + 1)];
    }

    private static bool IsActive(PatternSymbol symbol, char character) => symbol.IsActive && symbol.Symbol == character;

    private static string Written(IEnumerable<PatternSymbol> symbols) => TextOf(symbols.SelectMany(symbol =>
        !symbol.IsActive && symbol.Symbol < char.MaxValue && Special.Contains((char)symbol.Symbol)
            ? (PatternSymbol[])[new('\\', IsActive: true), symbol]
            : [symbol]));

    private static string TextOf(IEnumerable<PatternSymbol> symbols) => Encoding.UTF8.GetString(PatternText.ToBytes(symbols));
}
