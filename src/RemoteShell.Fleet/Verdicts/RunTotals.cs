namespace RemoteShell.Fleet;

/// <summary>The verdicts of a run, counted.</summary>
/// <param name="verdicts">One verdict for each host.</param>
public sealed class RunTotals(IReadOnlyCollection<HostVerdict> verdicts)
{
    private static readonly HashSet<VerdictKind> WithoutResult =
    [
        VerdictKind.Unreachable, VerdictKind.Unauthorized, VerdictKind.HostKey, VerdictKind.Refused, VerdictKind.Unverified,
        VerdictKind.Lost, VerdictKind.Skipped,
    ];

    /// <summary>The number of hosts.</summary>
    public int Hosts => verdicts.Count;

    /// <summary>Whether all hosts are ok.</summary>
    public bool AreAllOk => verdicts.All(verdict => verdict.Kind == VerdictKind.Ok);

    /// <summary>The verdicts in groups of one text, without the job; ok first, then the group of the most hosts.</summary>
    public IReadOnlyList<VerdictGroup> Groups { get; } =
    [
        .. from verdict in verdicts
           let text = verdict.Kind is VerdictKind.Lost or VerdictKind.TimedOut ? verdict.Word : verdict.Text
           group verdict by (verdict.Kind, text) into hosts
           orderby hosts.Key.Kind == VerdictKind.Ok ? 0 : 1, hosts.Count() descending, hosts.Key.text
           select new VerdictGroup(hosts.Key.Kind, hosts.Key.text, [.. hosts]),
    ];

    /// <summary>How many hosts have a verdict of this kind.</summary>
    public int Of(VerdictKind kind) => verdicts.Count(verdict => verdict.Kind == kind);

    /// <summary>The exit status of the run.</summary>
    /// <remarks>
    /// 0 if all hosts are ok. 255 if one is unreachable, unauthorized, host-key, refused, unverified, lost or skipped. Else the highest
    /// status that <c>run</c> on one of the hosts alone would give.
    /// </remarks>
    public int ExitStatus
    {
        get
        {
            if (verdicts.Any(verdict => WithoutResult.Contains(verdict.Kind)))
                return HostVerdict.NoResult;
            return verdicts.Count == 0 ? 0 : verdicts.Max(StatusOf);
        }
    }

    /// <summary>The exit status if one host that is ok is enough: 0 then, else as <see cref="ExitStatus"/>.</summary>
    public int ExitStatusOfAny => Of(VerdictKind.Ok) > 0 ? 0 : ExitStatus;

    // A failure must not become 0 in the eight bits that the system keeps.
    private static int StatusOf(HostVerdict verdict)
    {
        int kept = verdict.ExitStatus & 0xFF;
        return verdict.Kind != VerdictKind.Ok && kept == 0 ? HostVerdict.NoResult : kept;
    }
}
