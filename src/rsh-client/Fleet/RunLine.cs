using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>A command line with a set of hosts, which is read again for each of them: each has its own settings.</summary>
internal sealed class RunLine
{
    private readonly Lazy<ParseResult> _whole;
    private readonly ConfiguredCommandLine _reader;
    private readonly IReadOnlyList<RunLinePlace> _places;

    /// <summary>Reads the words of a command line.</summary>
    /// <param name="words">The words, without the program's name.</param>
    /// <param name="commandLine">Reads command lines.</param>
    /// <exception cref="FormatException">The words name no set.</exception>
    public RunLine(IReadOnlyList<string> words, CommandLine commandLine)
    {
        (Words, _whole, _reader) = (words, new(() => commandLine.Parse(words)), new(commandLine));
        _places = [.. PlacesOf(words, commandLine.Operands(words))];
    }

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The command line as the user gave it, without the settings of a host.</summary>
    public ParseResult Whole() => _whole.Value;

    /// <summary>The encoding of the text of a host; null: UTF-8, or the command line shows no text.</summary>
    public RemoteText? TextOf(string host) => Words[0] == "run" ? RemoteText.Of(For(host)) : null;

    /// <summary>The command line, as if the user had named this host alone.</summary>
    /// <remarks>A host without settings of its own gets the whole command line, with the set in the place of the host.</remarks>
    public ParseResult For(string host)
    {
        if (Words[0] == "run" && !_reader.HasOptionsFor(_whole.Value, host))
            return _whole.Value;
        string[] words = [.. Words];
        foreach (RunLinePlace place in _places)
            words[place.Index] = $"{host}{place.Rest}";
        return _reader.Parse(words);
    }

    // "put" has its paths before the set, "get" after it.
    private static IEnumerable<RunLinePlace> PlacesOf(IReadOnlyList<string> words, IReadOnlyList<int> operands) => words[0] switch
    {
        "put" => operands.TakeLast(1).Select(index => PlaceOf(words, index)),
        "get" => operands.Where(index => IsRemote(words[index])).Select(index => PlaceOf(words, index)),
        _ => [new(operands[0], "")],
    };

    private static bool IsRemote(string word) => word.StartsWith(':') || TargetPath.Split(word) is not null;

    private static RunLinePlace PlaceOf(IReadOnlyList<string> words, int index)
        => new(index, words[index].StartsWith(':') ? words[index] : $":{TargetPath.Split(words[index])?.Path}");
}
