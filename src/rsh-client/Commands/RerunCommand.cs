using System.CommandLine;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client rerun</c>: does the same again on the hosts of a run that are not ok.</summary>
internal static class RerunCommand
{
    // Nothing was done there.
    private static readonly HashSet<VerdictKind> NotReached =
    [
        VerdictKind.Unreachable, VerdictKind.Unauthorized, VerdictKind.HostKey, VerdictKind.Refused, VerdictKind.Skipped,
    ];

    private static readonly Argument<string> Run = new("ID") { Description = "The run's id, or any unique prefix of it." };

    private static readonly Option<bool> Failed = new("--failed")
    {
        Description = "The hosts where the command ran, or may have run, and that are not ok.",
    };

    private static readonly Option<bool> Unreached = new("--unreached")
    {
        Description = "The hosts where nothing was done: unreachable, unauthorized, host-key, refused or skipped.",
    };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">Reads the command line of a run.</param>
    public static Command Create(OwnCommands own)
    {
        var command = new DocumentedCommand("rerun", "Do the same again on the hosts of a run that are not ok.")
        {
            Details = ["Makes a new run, with the options of the old one."],
            Examples = ["rerun 577nt9hk --failed", "rerun 577nt9hk --unreached"],
        };
        command.Add(Run);
        command.Add(Failed);
        command.Add(Unreached);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => RunAsync(parsed, own)));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, OwnCommands own)
    {
        bool failed = parsed.GetValue(Failed), unreached = parsed.GetValue(Unreached);
        if (!failed && !unreached)
            throw new FormatException("rerun needs --failed, --unreached, or both");
        return FleetCommand.AgainAsync(parsed.GetValue(Run)!, own, IsWanted);

        bool IsWanted(HostVerdict verdict)
            => verdict.Kind != VerdictKind.Ok && (NotReached.Contains(verdict.Kind) ? unreached : failed);
    }
}
