using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Nodes;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Reads <c>SET:PATH</c>, where SET may have a port and no other colon.</summary>
internal static class TargetPath
{
    /// <summary>Splits at the colon after the set, or after its port; null if there is no set, but a plain host or a local path.</summary>
    /// <remarks>As for a host, <c>SET:</c> names the home folder.</remarks>
    /// <exception cref="UsageException">It is not clear where the set ends, or the path is missing.</exception>
    public static (string Set, string Path)? Split(string text)
    {
        int colon = ColonOf(text);
        if (colon <= 0 || !Targets.IsSet(text[..colon]))
            return null;
        int next = text.IndexOf(':', colon + 1);
        bool hasPort = next > colon + 1 && text.AsSpan(colon + 1, next - colon - 1).IndexOfAnyExceptInRange('0', '9') < 0;
        (string set, string path) = hasPort ? (text[..next], text[(next + 1)..]) : (text[..colon], text[(colon + 1)..]);
        string term = TargetWord.LastTerm(text[..colon]);
        bool isGroup = term.StartsWith('@') || term.Contains("@@", StringComparison.Ordinal);
        int slash = path.IndexOf('/', StringComparison.Ordinal), another = path.IndexOf(':', StringComparison.Ordinal);
        if (TargetWord.IsFile(term) || (isGroup && !hasPort && another >= 0 && (slash < 0 || another < slash)))
            throw new UsageException($"'{text}' does not say where its set ends", "give a set that has a colon by --targets SET");
        if (path.Length > 0 && path.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
            throw new UsageException($"'{text}' does not name a file", $"write SET:PATH; for a file with the name '{path}': ./{path}");
        return (set, path.Length == 0 ? RemotePath.Home : path);
    }

    // The first one outside of brackets, before any slash.
    private static int ColonOf(string text)
    {
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
            if (depth <= 0 && text[i] == ':')
                return i;
            if (depth <= 0 && text[i] == '/')
                return -1;
        }

        return -1;
    }
}
