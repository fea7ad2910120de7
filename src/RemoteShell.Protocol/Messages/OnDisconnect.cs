using System.Globalization;

namespace RemoteShell.Protocol.Messages;

/// <summary>What happens to a job whose client is gone without a goodbye: <c>kill</c>, <c>keep</c>, or <c>keep:DURATION</c>.</summary>
public readonly record struct OnDisconnect
{
    private OnDisconnect(TimeSpan? time) => Time = time;

    /// <summary>It is ended at once.</summary>
    public static OnDisconnect Kill { get; } = new(TimeSpan.Zero);

    /// <summary>It runs on for as long as it likes.</summary>
    public static OnDisconnect Keep { get; } = new(null);

    /// <summary>How long the client is waited for; null: for ever.</summary>
    public TimeSpan? Time { get; }

    /// <summary>The client is waited for, and then the job is ended.</summary>
    public static OnDisconnect KeepFor(TimeSpan time) => new(time);

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static OnDisconnect Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "kill" => Kill,
            "keep" => Keep,
            _ when text.StartsWith("keep:", StringComparison.Ordinal) => KeepFor(Duration.Parse(text[5..])),
            _ => throw new FormatException($"'{text}' says not what happens on a disconnect; write kill, keep, or keep:60s"),
        };
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Time switch
    {
        null => "keep",
        { Ticks: 0 } => "kill",
        { } time when time.TotalSeconds == Math.Floor(time.TotalSeconds) => string.Create(CultureInfo.InvariantCulture, $"keep:{time.TotalSeconds:F0}s"),
        { } time => string.Create(CultureInfo.InvariantCulture, $"keep:{time.TotalMilliseconds:F0}ms"),
    };
}

/// <summary>What happens to a job when what nobody has read of it reaches the quota.</summary>
public static class OnFull
{
    /// <summary>It waits until there is room.</summary>
    public const string Pause = "hold";

    /// <summary>The oldest bytes are forgotten.</summary>
    public const string DropOldest = "drop-oldest";

    /// <summary>It is ended.</summary>
    public const string Kill = "kill";

    /// <summary>Whether the word is one of these.</summary>
    public static bool IsKnown(string? word) => word is Pause or DropOldest or Kill;
}
