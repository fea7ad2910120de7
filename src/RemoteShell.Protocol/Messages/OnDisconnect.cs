using System.Globalization;

namespace RemoteShell.Protocol.Messages;

/// <summary>What happens to a job when its client disconnects: <c>kill</c>, <c>keep</c> or <c>keep:DURATION</c>.</summary>
public readonly record struct OnDisconnect
{
    private OnDisconnect(TimeSpan? time) => Time = time;

    /// <summary>The job is ended at once.</summary>
    public static OnDisconnect Kill { get; } = new(TimeSpan.Zero);

    /// <summary>The job continues without a time limit.</summary>
    public static OnDisconnect Keep { get; } = new(null);

    /// <summary>How long the server waits for the client before it ends the job. Null: without a limit.</summary>
    public TimeSpan? Time { get; }

    /// <summary>The job continues for this time, and is ended if the client has not come back.</summary>
    public static OnDisconnect KeepFor(TimeSpan time) => new(time);

    /// <summary>Reads a policy.</summary>
    /// <exception cref="FormatException">The text is not a policy.</exception>
    public static OnDisconnect Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "kill" => Kill,
            "keep" => Keep,
            _ when text.StartsWith("keep:", StringComparison.Ordinal) => KeepFor(Duration.Parse(text[5..])),
            _ => throw new FormatException($"unknown on-disconnect policy '{text}'; use kill, keep or keep:60s"),
        };
    }

    /// <summary>Returns the text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Time switch
    {
        null => "keep",
        { Ticks: 0 } => "kill",
        { } time when time.TotalSeconds == Math.Floor(time.TotalSeconds)
            => string.Create(CultureInfo.InvariantCulture, $"keep:{time.TotalSeconds:F0}s"),
        { } time => string.Create(CultureInfo.InvariantCulture, $"keep:{time.TotalMilliseconds:F0}ms"),
    };
}
