using System.CommandLine;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>How the command line of a run says that its results are told.</summary>
internal static class FleetOutputs
{
    /// <summary>What <c>--json</c> and <c>--quiet</c> say.</summary>
    public static FleetOutput Of(ParseResult parsed) => new(Has(parsed, "--json"), Has(parsed, "--quiet"));

    private static bool Has(ParseResult parsed, string name)
        => parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name) is Option<bool> flag && parsed.GetValue(flag);
}
