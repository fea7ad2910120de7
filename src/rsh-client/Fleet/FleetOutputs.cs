using System.CommandLine;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>How the results of a run are shown, by its command line.</summary>
internal static class FleetOutputs
{
    /// <summary>What <c>--json</c> and <c>--quiet</c> say.</summary>
    public static FleetOutput Of(ParseResult parsed) => new(Has(parsed, "--json"), Has(parsed, "--quiet"));

    private static bool Has(ParseResult parsed, string name)
        => parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name) is Option<bool> flag && parsed.GetValue(flag);
}
