using System.CommandLine;
using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>The set of hosts that the paths of a <c>put</c> or <c>get</c> name.</summary>
internal static class FleetPaths
{
    private const string StandardStream = "-";

    /// <summary>The set; null if the paths name one plain host.</summary>
    /// <exception cref="FormatException">
    /// The paths name several sets, a set and a host, or none although there is <c>--targets</c>; or a local path is not one.
    /// </exception>
    public static string? SetOf(ParseResult parsed, Argument<string[]> paths)
    {
        string[] words = parsed.GetValue(paths)!;
        bool isUpload = parsed.CommandResult.Command.Name == "put";
        string? set = SetOf(parsed, isUpload ? words[^1..] : words);
        if (set is null)
            return null;
        if (isUpload)
            CheckUpload(words[..^1]);
        else
            CheckDownload(words, set);
        return set;
    }

    private static void CheckUpload(IEnumerable<string> sources)
    {
        foreach (string source in sources)
        {
            if (source == StandardStream)
                throw new FormatException("- is standard input, and is put to one host, not to a set of hosts");
            LocalSource.Check(source);
        }
    }

    private static void CheckDownload(IReadOnlyList<string> words, string set)
    {
        if (words[^1] == StandardStream)
            throw new FormatException("- is standard output, and takes a file of one host, not of a set of hosts");
        // A word that begins with a colon has the set of --targets.
        if (words.FirstOrDefault(word => RemotePath.IsRemote(word) && TargetPath.Split(word) is null) is { } other)
            throw new FormatException($"the paths name a set of hosts and a host, '{set}' and '{other}'; run one command for each");
    }

    private static string? SetOf(ParseResult parsed, IReadOnlyList<string> remote)
    {
        if (parsed.GetValue(FleetOptions.Targets) is { } given)
        {
            return remote.Any(word => word.StartsWith(':'))
                ? given
                : throw new FormatException("with --targets, a remote path is written :PATH");
        }

        string[] sets = [.. remote.Select(word => TargetPath.Split(word)?.Set).OfType<string>().Distinct(StringComparer.Ordinal)];
        return sets.Length > 1
            ? throw new FormatException($"the paths name two sets of hosts, '{sets[0]}' and '{sets[1]}'; run one command for each")
            : sets.FirstOrDefault();
    }
}
