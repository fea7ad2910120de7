using System.CommandLine;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;

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

    private static readonly Option<int?> Inline = new("--inline")
    {
        Description = "How much output of each host comes with its result, through the broker; more is fetched by a tunnel [64K].",
        HelpName = "SIZE",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ByteSize.TryParse(text) is { } size and >= 0 and <= BroadcastRequest.MaxInline)
                return (int)size;
            result.AddError($"--inline takes a size of at most 64K, and not '{text}'");
            return null;
        },
    };

    /// <summary>All options, in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } = [Sealed, WhenBack, Inline];

    /// <summary>How many bytes of output come with a result.</summary>
    public static int InlineOf(ParseResult parsed) => parsed.GetValue(Inline) ?? BroadcastRequest.MaxInline;

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
