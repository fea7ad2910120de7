namespace RemoteShell.Cli.Client.Terminals;

/// <summary>Keys as docker writes them: <c>ctrl-p,ctrl-q</c>; a part is one character, or <c>ctrl-</c> and a letter or one of <c>@ [ \ ] ^ _</c>.</summary>
internal static class DetachKeys
{
    /// <summary>The bytes that a terminal sends for them.</summary>
    /// <exception cref="FormatException">There is no such key.</exception>
    public static byte[] Parse(string text) => [.. text.Split(',').Select(ParseKey)];

    private static byte ParseKey(string key)
    {
        if (key.Length == 1 && key[0] is > ' ' and <= '~')
            return (byte)key[0];
        if (key.Length == 6 && key.StartsWith("ctrl-", StringComparison.OrdinalIgnoreCase) && char.ToUpperInvariant(key[5]) is >= '@' and <= '_' and var letter)
            return (byte)(letter - '@');
        throw new FormatException($"--detach-keys takes keys like ctrl-p,ctrl-q, and '{key}' is none");
    }
}
