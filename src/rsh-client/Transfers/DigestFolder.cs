namespace RemoteShell.Cli.Client.Transfers;

/// <summary>The folder in which the paths of a transfer are, for the lines that <c>sha256sum -c</c> reads.</summary>
internal static class DigestFolder
{
    /// <summary>Whether the target itself is that folder whatever is there: it ends with a slash, <c>.</c> or <c>..</c>.</summary>
    public static bool IsItself(string target) => Path.GetFileName(target) is "" or "." or ".." || target == "~";

    /// <summary>Whether the target is a folder whose name is written with a slash at its end. It may not exist yet.</summary>
    public static bool IsNamed(string target) => target.EndsWith('/') && !IsItself(target.TrimEnd('/'));

    /// <summary>Whether the only source is the content of a folder, which takes the place of the target.</summary>
    public static bool IsContent(IReadOnlyList<string> sources)
        => sources is [var only] && Path.GetFileName(only.TrimEnd('/')) is "." or "..";

    /// <summary>The folder with a slash at its end; empty for the one in which the path begins.</summary>
    /// <param name="target">The target of the transfer.</param>
    /// <param name="isInto">Whether the sources went into the target.</param>
    public static string Of(string target, bool isInto)
    {
        string folder = isInto ? target : Path.GetDirectoryName(target) ?? "/";
        // The paths of a command begin in the home folder as well, and sha256sum does not know the tilde.
        if (folder == "~" || folder.StartsWith("~/", StringComparison.Ordinal))
            folder = folder[1..].TrimStart('/');
        folder = folder == "." ? "" : folder;
        return folder.Length == 0 || folder.EndsWith('/') ? folder : $"{folder}/";
    }
}
