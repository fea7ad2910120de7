using System.Globalization;

namespace RemoteShell.Protocol.Messages;

// The ranges of the values on the wire. Each method returns what is wrong with a field, for people, or null. A null value is an absent
// field. Every message checks its own values when it is decoded, so no code after that sees a value out of range.
internal static class WireRange
{
    /// <summary>The largest window in bytes: 32 MiB.</summary>
    public const long MaxWindow = 32 * 1024 * 1024;

    /// <summary>The first time in ms since 1970 that <see cref="DateTimeOffset"/> can hold: the beginning of year 1.</summary>
    public const long FirstTime = -62_135_596_800_000;

    /// <summary>The last such time: the end of year 9999. No duration is longer than this many ms either.</summary>
    public const long LastTime = 253_402_300_799_999;

    private const int MaxWordLength = 80;

    // The longest name in the domain name system.
    private const int MaxHostLength = 253;

    // Characters. No system has a longer path of a socket.
    private const int MaxPathLength = 255;
    private const int MaxStreamNameLength = 128;

    // More than any list in a message has.
    private const int MaxCount = 4096;

    public static string? Between(string field, long? value, long min, long max)
        => value < min || value > max ? string.Create(CultureInfo.InvariantCulture, $"'{field}' must be from {min} to {max}") : null;

    public static string? Offset(string field, long? value) => Between(field, value, 0, long.MaxValue);

    public static string? Window(string field, long? value) => Between(field, value, 1, MaxWindow);

    public static string? Time(string field, long? value) => Between(field, value, FirstTime, LastTime);

    // The comparisons are false for NaN too.
    public static string? Time(string field, double? value) => value is null or (>= FirstTime and <= LastTime)
        ? null
        : $"'{field}' must be from {FirstTime} to {LastTime}";

    public static string? Duration(string field, double? value)
        => value is null or (>= 0 and <= LastTime) ? null : $"'{field}' must be from 0 to {LastTime} ms";

    public static string? Usage(ResourceUse? usage)
        => usage is null ? null : Duration("usage.user", usage.User) ?? Duration("usage.system", usage.System);

    /// <summary>A name or an address of a host.</summary>
    public static string? Host(string field, string? host, int min)
        => Length(field, host, min, MaxHostLength)
        ?? (host?.Any(char.IsControl) == true ? $"'{field}' must not have control characters" : null);

    /// <summary>The full path of a unix socket. Without <c>.</c>, <c>..</c> and empty parts, so that patterns hold for it.</summary>
    public static string? SocketPath(string field, string? path)
    {
        if (path is null)
            return null;
        bool isFull = path.StartsWith('/') && path.Split('/').Skip(1).All(part => part is not ("" or "." or ".."));
        return isFull && path.Length <= MaxPathLength && !path.Any(char.IsControl)
            ? null
            : $"'{field}' must be a full path of at most {MaxPathLength} characters, without . and ..";
    }

    public static string? Length(string field, string? text, int min, int max)
        => text is null || (text.Length >= min && text.Length <= max) ? null : $"'{field}' must have {min} to {max} characters";

    /// <summary>A word for programs, such as a state or the name of a signal.</summary>
    public static string? Word(string field, string? word)
    {
        if (word is null || (word.Length is > 0 and <= MaxWordLength && word.All(IsOfWord)))
            return null;
        return $"'{field}' must be a word of 1 to {MaxWordLength} letters, digits and -+.:";
    }

    public static string? Job(string field, string? id)
        => id is null || JobId.IsValid(id)
            ? null
            : $"'{field}' is not a job id: it must have {JobId.Length} characters of {JobId.Alphabet}";

    public static string? Algorithm(string field, string? name)
        => name is null or "crc32c" or "sha256" ? null : $"'{field}' must be crc32c or sha256";

    /// <summary>The digest of a stream, with its algorithm.</summary>
    public static string? Digest(string field, string? digest)
        => digest is null || IsHex(digest, "crc32c:", 8) || IsHex(digest, "sha256:", 64)
            ? null
            : $"'{field}' must be crc32c: and 8, or sha256: and 64, lower-case hex digits";

    public static string? StreamName(string field, string? name)
        => name is null || (name.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(name) <= MaxStreamNameLength)
            ? null
            : $"'{field}' must have 1 to {MaxStreamNameLength} bytes";

    public static string? Position(string field, StreamPosition? position)
    {
        if (position is null)
            return null;
        return Offset($"{field}.from", position.From)
            ?? (position.Limit < position.From ? $"'{field}.limit' must not be below '{field}.from'" : null);
    }

    /// <summary>The positions of streams, of which only these names are allowed.</summary>
    public static string? Positions(IReadOnlyDictionary<string, StreamPosition>? positions, params ReadOnlySpan<string> names)
    {
        foreach ((string name, StreamPosition? position) in positions ?? new Dictionary<string, StreamPosition>())
        {
            if (!names.Contains(name))
                return $"'streams' must not have a position for '{name}'";
            if (position is null)
                return $"'streams.{name}' must not be null";
            if (Position($"streams.{name}", position) is { } fault)
                return fault;
        }

        return null;
    }

    public static string? Offsets(string field, IReadOnlyDictionary<string, long>? offsets)
    {
        foreach ((string name, long offset) in offsets ?? new Dictionary<string, long>())
        {
            if ((StreamName($"{field}.*", name) ?? Offset($"{field}.{name}", offset)) is { } fault)
                return fault;
        }

        return null;
    }

    public static string? Totals(IReadOnlyDictionary<string, StreamTotal> totals)
    {
        foreach ((string name, StreamTotal? total) in totals)
        {
            if (total is null)
                return $"'streams.{name}' must not be null";
            string? fault = StreamName("streams.*", name)
                ?? Offset($"streams.{name}.total", total.Total)
                ?? Digest($"streams.{name}.digest", total.Digest);
            if (fault is not null)
                return fault;
        }

        return null;
    }

    /// <summary>A list of texts. The JSON reader accepts a null in it, whatever its type says.</summary>
    public static string? Texts(string field, IReadOnlyList<string?>? texts, int max = MaxCount)
    {
        if (texts?.Count > max)
            return $"'{field}' must have at most {max} elements";
        return texts?.Contains(null) == true ? $"'{field}' must not have a null in it" : null;
    }

    /// <summary>A map of texts. The JSON reader accepts a null in it, whatever its type says.</summary>
    public static string? Texts(string field, IReadOnlyDictionary<string, string>? texts)
        => texts?.FirstOrDefault(text => text.Value is null).Key is { } name ? $"'{field}.{name}' must not be null" : null;

    private static bool IsHex(string text, string prefix, int digits)
        => text.Length == prefix.Length + digits
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text.AsSpan(prefix.Length).IndexOfAnyExcept("0123456789abcdef") < 0;

    private static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '.' or ':';
}
