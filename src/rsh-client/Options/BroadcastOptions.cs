using System.CommandLine;

namespace RemoteShell.Cli.Client.Options;

/// <summary>The options of a command on hosts behind a broker.</summary>
internal static class BroadcastOptions
{
    private static readonly Option<bool> Sealed = new("--sealed")
    {
        Description = "Call each host by itself, so that the broker cannot read the command.",
    };

    private static readonly Option<TimeSpan?> WhenBack = HostOptions.DurationFlag(
        "--when-back", "Let hosts that are away start the command when they are back, within this time, at most 7d.");

    /// <summary>All options, in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } = [Sealed, WhenBack];

    /// <summary>How long hosts that are away may start the command; null: they may not.</summary>
    /// <exception cref="FormatException">The time is too long.</exception>
    public static TimeSpan? WhenBackOf(ParseResult parsed)
    {
        TimeSpan? time = parsed.GetValue(WhenBack);
        return time > TimeSpan.FromDays(7) ? throw new FormatException("--when-back is at most 7d") : time;
    }

    /// <summary>Whether the command can be one request for all hosts: nothing of it is for each host, or for some at a time.</summary>
    public static bool Allow(ParseResult parsed)
        => !parsed.GetValue(Sealed)
            && !parsed.GetValue(CommandOptions.Stdin)
            && !CommandOptions.HasDisconnect(parsed)
            && !FleetOptions.HasOrder(parsed);
}
