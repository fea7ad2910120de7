namespace RemoteShell.Protocol.Messages;

/// <summary>A job's id: 16 characters of Crockford's base 32 in lower case.</summary>
/// <remarks>8 characters of time (hundredths of a second since 1970) and 8 random ones, so ids sort by age.</remarks>
public static class JobId
{
    /// <summary>Length of an id in characters.</summary>
    public const int Length = 16;

    // Of 40 bits, as 8 characters.
    private const int RandomBytes = 5;

    internal const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Creates a new id.</summary>
    public static string New()
    {
        // The last bytes of a Guid are random, from the system's generator; no cryptographic library is loaded for them.
        Span<byte> chance = stackalloc byte[16];
        _ = Guid.NewGuid().TryWriteBytes(chance);
        return New(DateTimeOffset.UtcNow, chance[^RandomBytes..]);
    }

    /// <summary>Whether the text is an id.</summary>
    public static bool IsValid(string? text) => text is { Length: Length } && text.All(c => Alphabet.Contains(c));

    /// <summary>The id of a job that belongs to a run: the run's time, and bits that follow from the run and the host.</summary>
    internal static string OfRun(string run, ReadOnlySpan<byte> chance)
    {
        Span<char> id = stackalloc char[Length];
        run.AsSpan(0, 8).CopyTo(id);
        FillRandom(id[8..], chance[..RandomBytes]);
        return new(id);
    }

    internal static string New(DateTimeOffset time, ReadOnlySpan<byte> chance)
    {
        Span<char> id = stackalloc char[Length];
        Fill(id[..8], (ulong)time.ToUnixTimeMilliseconds() / 10);
        FillRandom(id[8..], chance);
        return new(id);
    }

    private static void FillRandom(Span<char> part, ReadOnlySpan<byte> chance)
    {
        ulong random = 0;
        foreach (byte b in chance)
            random = (random << 8) | b;
        Fill(part, random);
    }

    private static void Fill(Span<char> part, ulong value)
    {
        for (int i = part.Length - 1; i >= 0; i--, value >>= 5)
            part[i] = Alphabet[(int)(value & 31)];
    }
}
