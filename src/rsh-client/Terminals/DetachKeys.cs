namespace RemoteShell.Cli.Client.Terminals;

/// <summary>Reads keys as docker writes them: <c>ctrl-p,ctrl-q</c>.</summary>
/// <remarks>A part is one character, or <c>ctrl-</c> and a letter or one of <c>@ [ \ ] ^ _</c>.</remarks>
internal static class DetachKeys
{
    /// <summary>The bytes that a terminal sends for the keys.</summary>
    /// <exception cref="FormatException">A part is not a key.</exception>
    public static byte[] Parse(string text) => [.. text.Split(',').Select(ParseKey)];

    private static byte ParseKey(string key)
    {
        if (key.Length == 1 && key[0] is > ' ' and <= '~')
            return (byte)key[0];
        if (key.Length == 6 && key.StartsWith("ctrl-", StringComparison.OrdinalIgnoreCase))
        {
            char letter = char.ToUpperInvariant(key[5]);
            if (letter is >= '@' and <= '_')
                return (byte)(letter - '@');
        }

        throw new FormatException($"--detach-keys takes keys such as ctrl-p,ctrl-q, not '{key}'");
    }
}
