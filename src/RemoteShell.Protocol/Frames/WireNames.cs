namespace RemoteShell.Protocol.Frames;

// Maps the names that occur in every frame to shared strings, so that reading a header does not allocate.
internal static class WireNames
{
    private static readonly string[] Known =
    [
        "data", "window", "end", "open", "opened", "result", "ping", "pong", "hello", "refused", "error", "notice",
        "signal", "resize", "goodbye", "stdin", "stdout", "stderr", "file",
    ];

    public static string Intern(ReadOnlySpan<byte> name)
    {
        foreach (string known in Known)
            if (Matches(name, known))
                return known;
        return System.Text.Encoding.UTF8.GetString(name);
    }

    private static bool Matches(ReadOnlySpan<byte> name, string known)
    {
        if (name.Length != known.Length)
            return false;
        for (int i = 0; i < name.Length; i++)
            if (name[i] != known[i])
                return false;
        return true;
    }
}
