using System.Text;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Tells how a run ended: one line for all, and one for each kind of verdict that is not ok.</summary>
internal static class FleetSummary
{
    // Further reasons are in "runs show".
    private const int MaxReasons = 3;

    /// <summary>Shows the lines.</summary>
    /// <param name="totals">The verdicts.</param>
    /// <param name="run">The run, whose id the user may need; null: it is not kept.</param>
    /// <param name="screen">Where they are shown.</param>
    public static void Show(RunTotals totals, KeptRun? run, FleetScreen screen)
    {
        string[] lines = [.. Lines(totals, run?.Record.Id)];
        screen.Say(lines[0]);
        foreach (string line in lines[1..])
            screen.SayMore(line);
        if (run is null || run.Resumable.Count == 0)
            return;
        string hosts = NodeSet.Fold(run.Resumable.Select(target => target.Host));
        screen.SayMore($"the jobs of {hosts} may still run; to go on with them: rsh-client runs resume {run.Record.Id}");
    }

    /// <summary>The lines.</summary>
    internal static IEnumerable<string> Lines(RunTotals totals, string? run)
    {
        int ok = totals.Of(VerdictKind.Ok);
        string hosts = totals.Hosts == 1 ? "host is" : "hosts are";
        yield return $"{ok} of {totals.Hosts} {hosts} ok{(run is null ? "" : $" (run {run})")}";
        foreach (VerdictGroup kind in totals.Groups.Where(one => one.Kind != VerdictKind.Ok))
            yield return $"  {kind.Text} ({kind.Verdicts.Count}): {NodeSet.Fold(kind.Hosts)}{Why(kind)}";
    }

    private static string Why(VerdictGroup kind)
    {
        (string Text, int Count)[] reasons =
        [
            .. from verdict in kind.Verdicts
               let reason = WithHint(verdict)
               where reason.Length > 0
               group verdict by reason into same
               orderby same.Count() descending
               select (same.Key, same.Count()),
        ];
        string shown = string.Join("; ", reasons.Take(MaxReasons).Select(reason => UserMessages.OneLine(reason.Text)));
        string more = reasons.Length > MaxReasons ? $"; and {reasons.Length - MaxReasons} other reasons" : "";
        return shown.Length == 0 ? "" : $": {shown}{more}";
    }

    // Reasons that differ only by the name of the host, or by the job, are one.
    private static string WithHint(HostVerdict verdict)
    {
        string reason = Replace(verdict.Reason ?? "", verdict.Host, "HOST");
        if (verdict.Job is { } job)
            reason = Replace(reason, job, "JOB");
        return verdict.Hint is { } hint && !hint.Contains(verdict.Host, StringComparison.Ordinal) ? $"{reason} ({hint})" : reason;
    }

    /// <summary>The text with another word in place of a name, where the name is a word of its own.</summary>
    internal static string Replace(string text, string name, string word)
    {
        var replaced = new StringBuilder();
        for (int at = 0; at < text.Length;)
        {
            bool isName = string.CompareOrdinal(text, at, name, 0, name.Length) == 0
                && !IsInWord(text, at - 1) && !IsInWord(text, at + name.Length);
            replaced.Append(isName ? word : text[at..(at + 1)]);
            at += isName ? name.Length : 1;
        }

        return replaced.ToString();
    }

    private static bool IsInWord(string text, int at)
        => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '_' or '/')
            || (at >= 0 && at < text.Length - 1 && text[at] == '.' && char.IsLetterOrDigit(text[at + 1]));
}
