using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The parser of a remote program's escape sequences.</summary>
internal static class ScreenFuzz
{
    // More than all modes together need.
    private const int MaxReset = 16 * 1024;

    public static void Run(byte[] input)
    {
        using var shown = new MemoryStream();
        using var screen = new Screen(shown, recording: null);
        screen.Open("");
        // In two parts, since a sequence may be cut anywhere.
        screen.Write(input.AsSpan(0, input.Length / 2));
        screen.Write(input.AsSpan(input.Length / 2));
        screen.Leave();
        long end = shown.Length;
        if (end < input.Length || end > input.Length + MaxReset)
            throw new InvalidOperationException($"{input.Length} bytes of a program became {end} bytes");
        screen.Write("late"u8);
        if (shown.Length != end)
            throw new InvalidOperationException("a program wrote to a terminal that was restored already");
    }
}
