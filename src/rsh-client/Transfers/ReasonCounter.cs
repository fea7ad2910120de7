namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Counts failures by their reasons. The caller serializes the calls.</summary>
internal sealed class ReasonCounter
{
    // Of different reasons: some contain numbers.
    private const int MaxKinds = 64;
    private const int MaxShown = 5;
    private const string Others = "other reasons";

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts a failure.</summary>
    public void Add(string reason)
    {
        string kind = _counts.ContainsKey(reason) || _counts.Count < MaxKinds ? reason : Others;
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
    }

    /// <summary>The reasons, the most frequent first: <c>permission denied (2), is a directory (1)</c>.</summary>
    /// <remarks>A reason that is the only one has no number.</remarks>
    public override string ToString()
    {
        KeyValuePair<string, long>[] all = [.. _counts.OrderByDescending(count => count.Value)];
        if (all is [var only])
            return only.Key;
        IEnumerable<string> shown = all.Take(MaxShown).Select(count => $"{count.Key} ({count.Value})");
        long rest = all.Skip(MaxShown).Sum(count => count.Value);
        return string.Join(", ", rest == 0 ? shown : shown.Append($"{Others} ({rest})"));
    }
}
