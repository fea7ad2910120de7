namespace RemoteShell.Cli.Client.Prompt;

/// <summary>How many cells of a terminal a character takes (Unicode's East Asian Width, and marks that take none).</summary>
internal static class Cells
{
    public static int Of(ReadOnlySpan<char> text)
    {
        int cells = 0;
        foreach (char character in text)
            cells += Of(character);
        return cells;
    }

    // A pair of surrogates is nearly always a wide character: one cell for each half.
    public static int Of(char character) => character switch
    {
        < ' ' or '\u200b' or '\u200d' or '\ufeff' => 0,
        >= '\u0300' and <= '\u036f' or >= '\ufe00' and <= '\ufe0f' or >= '\u20d0' and <= '\u20ff' => 0,
        >= '\u1100' and <= '\u115f' or >= '\u2e80' and <= '\u303e' or >= '\u3041' and <= '\ua4cf' => 2,
        >= '\uac00' and <= '\ud7a3' or >= '\uf900' and <= '\ufaff' or >= '\ufe30' and <= '\ufe6f' => 2,
        >= '\uff00' and <= '\uff60' or >= '\uffe0' and <= '\uffe6' => 2,
        _ => 1,
    };
}
