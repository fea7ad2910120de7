using System.Globalization;
using RemoteShell.Cli.Arguments;

namespace RemoteShell.Cli.Client.Nodes;

/// <summary>The parts of <c>[USER@]SET[:PORT]</c>.</summary>
/// <param name="User">The user of each node that has none.</param>
/// <param name="Set">The node set.</param>
/// <param name="Port">The port of each node that has none.</param>
internal sealed record TargetWord(string? User, string Set, int? Port)
{
    private const string Operators = ",!&^", FileSource = "@file";

    /// <summary>Reads a word. The user stands before the first node, and the port behind the last one.</summary>
    /// <exception cref="UsageException">The port is not one.</exception>
    public static TargetWord Read(string text)
    {
        (string? user, string set) = WithoutUser(text);
        int colon = set.LastIndexOf(':');
        return colon > 0 && HasPort(set, colon)
            ? new(user, set[..colon], PortOf(set[(colon + 1)..]))
            : new(user, set, null);
    }

    /// <summary>The last node, range or group of a set, with its user.</summary>
    public static string LastTerm(string set)
    {
        int start = 0, depth = 0;
        for (int i = 0; i < set.Length; i++)
        {
            depth += set[i] == '[' ? 1 : set[i] == ']' ? -1 : 0;
            if (depth == 0 && (Operators.Contains(set[i], StringComparison.Ordinal) || char.IsWhiteSpace(set[i])))
                start = i + 1;
        }

        return set[start..];
    }

    /// <summary>Whether a term ends with the word <c>@file</c>, behind which a path stands.</summary>
    public static bool IsFile(string term) => term == FileSource || term.EndsWith($"@{FileSource}", StringComparison.Ordinal);

    private static int PortOf(string text)
        => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? port
            : throw new UsageException($"'{text}' is not a port; use 0 to 65535", "write [USER@]SET[:PORT]");

    private static (string? User, string Set) WithoutUser(string text)
    {
        int end = text.AsSpan().IndexOfAny($"{Operators}*?[ \t\n");
        string first = end < 0 ? text : text[..end];
        int at = first.LastIndexOf('@');
        // USER@@GROUP.
        if (at > 0 && first[at - 1] == '@')
            at--;
        return at > 0 && first[0] != '@' ? (text[..at], text[(at + 1)..]) : (null, text);
    }

    // Of a node, what follows its only colon; of a group, what follows the last one: @GROUP:PORT, @SOURCE:GROUP:PORT, @file:PATH:PORT.
    private static bool HasPort(string set, int colon)
    {
        if (colon == set.Length - 1 || set.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;
        string term = LastTerm(set[..colon]);
        bool isGroup = term.StartsWith('@') || term.Contains("@@", StringComparison.Ordinal);
        return isGroup ? !IsFile(term) : term.IndexOf(':', term.LastIndexOf(']') + 1) < 0;
    }
}
