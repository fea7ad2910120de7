using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>The value of <c>Group</c> and <c>GroupCommand</c>: <c>NAME = VALUE</c> or <c>NAME VALUE</c>.</summary>
/// <param name="Name">The name, without <c>@</c>.</param>
/// <param name="Value">The node set, or the command.</param>
internal sealed record GroupDefinition(string Name, string Value)
{
    // Of node sets, and of the port behind a set.
    private const string Reserved = ",!&^@*?[]#\"'";

    private const string FileName = "file";

    /// <summary>Reads <c>NAME = SET</c>. A word that begins with # begins a comment.</summary>
    /// <exception cref="FormatException">The name or the set is missing or wrong.</exception>
    public static GroupDefinition ParseSet(string text)
    {
        GroupDefinition group = ParseCommand(text);
        IReadOnlyList<string> words = ArgumentSplitter.TrySplit(group.Value) ?? throw new FormatException("a quote has no end");
        return words.Count > 0 ? group with { Value = string.Join(' ', words) } : throw Missing(group.Name);
    }

    /// <summary>Reads <c>NAME = COMMAND</c>.</summary>
    /// <exception cref="FormatException">The name or the command is missing or wrong.</exception>
    public static GroupDefinition ParseCommand(string text)
    {
        int end = text.AsSpan().IndexOfAny(" \t=");
        string name = end < 0 ? text : text[..end], value = end < 0 ? "" : text[end..].TrimStart(' ', '\t');
        if (value.StartsWith('='))
            value = value[1..].TrimStart(' ', '\t');
        string last = name[(name.LastIndexOf(':') + 1)..];
        if (last.Length == 0 || name.AsSpan().IndexOfAny(Reserved) >= 0 || name.StartsWith(':') || name.Any(char.IsControl))
            throw new FormatException($"'{name}' is not a name of a group; write NAME = VALUE");
        if (name != last && last.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
            throw new FormatException($"the group '{name}' cannot end with a number after a colon: in @{name} that is the port");
        if (name == FileName || name.StartsWith($"{FileName}:", StringComparison.Ordinal))
            throw new FormatException($"a group cannot have the name '{name}': @file:PATH is a file of hosts");
        return value.Length > 0 ? new(name, value) : throw Missing(name);
    }

    private static FormatException Missing(string name) => new($"the group '{name}' needs a value; write {name} = VALUE");
}
