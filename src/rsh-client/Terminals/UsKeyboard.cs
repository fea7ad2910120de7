namespace RemoteShell.Cli.Client.Terminals;

/// <summary>The characters of a US keyboard with and without Shift.</summary>
/// <remarks>Only a terminal that is asked for it tells the characters of the real keyboard.</remarks>
internal static class UsKeyboard
{
    private const string Plain = "`1234567890-=[]\\;',./", WithShift = "~!@#$%^&*()_+{}|:\"<>?";

    /// <summary>The character that a key has with Shift.</summary>
    public static char Shifted(char plain)
    {
        int at = Plain.IndexOf(plain, StringComparison.Ordinal);
        return at >= 0 ? WithShift[at] : char.ToUpperInvariant(plain);
    }
}
