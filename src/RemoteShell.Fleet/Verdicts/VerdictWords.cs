namespace RemoteShell.Fleet.Verdicts;

/// <summary>The words for <see cref="VerdictKind"/> in files, in JSON and for people.</summary>
internal static class VerdictWords
{
    private static readonly (VerdictKind Kind, string Word)[] All =
    [
        (VerdictKind.Ok, "ok"),
        (VerdictKind.Failed, "failed"),
        (VerdictKind.Signaled, "signaled"),
        (VerdictKind.TimedOut, "timed-out"),
        (VerdictKind.Killed, "killed"),
        (VerdictKind.NotStarted, "not-started"),
        (VerdictKind.Refused, "refused"),
        (VerdictKind.Unreachable, "unreachable"),
        (VerdictKind.Unauthorized, "unauthorized"),
        (VerdictKind.HostKey, "host-key"),
        (VerdictKind.Unverified, "unverified"),
        (VerdictKind.Lost, "lost"),
        (VerdictKind.Skipped, "skipped"),
    ];

    public static string Of(VerdictKind kind) => All.First(known => known.Kind == kind).Word;

    /// <summary>The kind that a word means; null if it means none.</summary>
    public static VerdictKind? Parse(string word)
    {
        foreach ((VerdictKind kind, string known) in All)
        {
            if (known == word)
                return kind;
        }

        return null;
    }
}
