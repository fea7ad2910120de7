using System.CommandLine;
using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>The set of hosts that the paths of a <c>put</c> or <c>get</c> name.</summary>
internal static class FleetPaths
{
    /// <summary>The set; null if the paths name one plain host.</summary>
    /// <exception cref="FormatException">The paths name several sets, or none although there is <c>--targets</c>.</exception>
    public static string? SetOf(ParseResult parsed, Argument<string[]> paths)
    {
        string[] words = parsed.GetValue(paths)!;
        bool isUpload = parsed.CommandResult.Command.Name == "put";
        IEnumerable<string> remote = isUpload ? words.TakeLast(1) : words;
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
