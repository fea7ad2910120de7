namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The possible completions of a part of the text.</summary>
/// <param name="Start">Where the part starts.</param>
/// <param name="Length">Its length; the chosen text replaces it.</param>
/// <param name="Items">The completions, in the order in which they are shown.</param>
internal sealed record CompletionList(int Start, int Length, IReadOnlyList<CompletionItem> Items)
{
    public static CompletionList Empty { get; } = new(0, 0, []);

    /// <summary>What the texts of all items start with.</summary>
    public string CommonStart()
    {
        if (Items.Count == 0)
            return "";
        string common = Items[0].Text;
        foreach (CompletionItem item in Items)
            common = common[..common.AsSpan().CommonPrefixLength(item.Text)];
        string first = Items[0].Text;
        bool endsCharacter = Graphemes.Snap(first, common.Length) == common.Length;
        return endsCharacter ? common : first[..Graphemes.Previous(first, common.Length)];
    }
}
