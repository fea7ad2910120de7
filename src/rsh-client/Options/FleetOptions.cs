using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Options;

/// <summary>The options of a command on many hosts: how many at once, in which order, when to stop, and what is shown.</summary>
internal static class FleetOptions
{
    private static readonly Option<int> Fanout = Number("--fanout", "Run on at most N hosts at once [64].", "N", least: 1);

    private static readonly Option<HostCount?> Batch = Count(
        "--batch", "Run on N hosts, or P percent of them, and begin the next ones after all of these have ended [all].", least: 1);

    private static readonly Option<TimeSpan?> Pause = HostOptions.DurationFlag("--pause", "Wait this time between two batches [0s].");

    private static readonly Option<HostCount?> MaxFail = Count(
        "--max-fail", "Begin no further host after more than N, or P percent, are not ok. 0: after the first [all].", least: 0);

    private static readonly Option<int> Canary = Number(
        "--canary", "Run on the first N hosts alone, and on the others only if these are ok [0].", "N", least: 0);

    private static readonly Option<TimeSpan?> Deadline = HostOptions.DurationFlag(
        "--deadline", "End all hosts that still run after this time; begin no others [no limit].");

    private static readonly Option<bool> Any = new("--any") { Description = "Exit with 0 if one host is ok." };

    private static readonly Option<bool> Group = new("--group")
    {
        Description = "Show equal output once, under the set of its hosts, after all hosts have ended.",
    };

    private static readonly Option<bool> Diff = new("--diff")
    {
        Description = "Show what differs from the output of the most hosts, as diff -u does.",
    };

    private static readonly Option<string> Out = new Option<string>("--out")
    {
        Description = "Write the output to DIR/HOST.out and DIR/HOST.err instead of showing it.",
        HelpName = "DIR",
    }.NotEmpty();

    /// <summary>The set of hosts, for a command line whose paths do not name it.</summary>
    public static Option<string> Targets { get; } = new Option<string>("--targets")
    {
        Description = "The set of hosts; each remote path is written :PATH then. For a set that has a colon.",
        HelpName = "SET",
    }.NotEmpty();

    /// <summary>The options about order and time.</summary>
    public static IReadOnlyList<Option> OfSchedule { get; } = [Fanout, Batch, Pause, MaxFail, Canary, Deadline, Any];

    /// <summary>All options, in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } = [.. OfSchedule, Group, Diff, Out];

    /// <summary>The options of <c>put</c> and <c>get</c>.</summary>
    public static IReadOnlyList<Option> OfTransfers { get; } = [Targets, .. OfSchedule];

    /// <summary>Whether equal output is shown once.</summary>
    public static bool IsGrouped(ParseResult parsed) => Has(parsed, Group) && parsed.GetValue(Group);

    /// <summary>Whether differences are shown.</summary>
    public static bool IsDiff(ParseResult parsed) => Has(parsed, Diff) && parsed.GetValue(Diff);

    /// <summary>The folder for the output; null: none.</summary>
    public static string? FolderOf(ParseResult parsed) => Has(parsed, Out) ? parsed.GetValue(Out) : null;

    /// <summary>In which order and how many at once.</summary>
    public static ScheduleOptions Schedule(ParseResult parsed)
    {
        var usual = new ScheduleOptions();
        return usual with
        {
            Fanout = parsed.GetResult(Fanout) is { Implicit: false } ? parsed.GetValue(Fanout) : usual.Fanout,
            Batch = parsed.GetValue(Batch) ?? usual.Batch,
            Pause = parsed.GetValue(Pause) ?? usual.Pause,
            MaxFail = parsed.GetValue(MaxFail) ?? usual.MaxFail,
            Canary = parsed.GetValue(Canary),
        };
    }

    /// <summary>When the whole run ends; null: it has no deadline.</summary>
    public static TimeSpan? DeadlineOf(ParseResult parsed) => parsed.GetValue(Deadline);

    /// <summary>The exit status of a run.</summary>
    public static int StatusOf(ParseResult parsed, RunTotals totals) => parsed.GetValue(Any) ? totals.ExitStatusOfAny : totals.ExitStatus;

    /// <summary>The first of these options that is given; null: none is.</summary>
    public static string? FirstGiven(ParseResult parsed)
        => All.Append(Targets).Concat(BroadcastOptions.All).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>Whether an option says that not all hosts are begun at once.</summary>
    public static bool HasOrder(ParseResult parsed)
        => ((Option[])[Fanout, Batch, Pause, MaxFail, Canary]).Any(option => parsed.GetResult(option) is { Implicit: false });

    private static bool Has(ParseResult parsed, Option option) => parsed.CommandResult.Command.Options.Contains(option);

    private static Option<int> Number(string name, string text, string value, int least) => new(name)
    {
        Description = text,
        HelpName = value,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, out int number) && number >= least)
                return number;
            result.AddError($"{name} takes a number from {least}, and not '{result.Tokens[0].Value}'");
            return 0;
        },
    };

    private static Option<HostCount?> Count(string name, string text, int least) => new(name)
    {
        Description = text,
        HelpName = "N|P%",
        CustomParser = result =>
        {
            try
            {
                var count = HostCount.Parse(result.Tokens[0].Value);
                return count.Of(100) >= least ? count : throw new FormatException($"at least {least} host");
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
                return null;
            }
        },
    };
}
