namespace RemoteShell.Fleet;

/// <summary>The hosts of a run that ended in the same way.</summary>
/// <param name="Kind">How they ended.</param>
/// <param name="Text">The verdict for people, without a job.</param>
/// <param name="Verdicts">One verdict for each of the hosts.</param>
public sealed record VerdictGroup(VerdictKind Kind, string Text, IReadOnlyList<HostVerdict> Verdicts)
{
    /// <summary>The names of the hosts.</summary>
    public IEnumerable<string> Hosts => Verdicts.Select(verdict => verdict.Host);
}
