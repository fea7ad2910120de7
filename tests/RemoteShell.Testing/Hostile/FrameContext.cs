using System.Globalization;

namespace RemoteShell.Testing.Hostile;

/// <summary>The values of a conversation that a valid frame must have.</summary>
public sealed record FrameContext
{
    public uint Channel { get; init; } = 1;

    public string Job { get; init; } = "0123456789abcdef";

    public string Stream { get; init; } = "stdout";

    /// <summary>The offset, limit or total.</summary>
    public long Position { get; init; }

    /// <summary>The digest of a whole stream.</summary>
    public string Digest { get; init; } = "crc32c:00000000";

    /// <summary>The body of a <c>data</c> frame.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The totals of all streams, as a JSON object.</summary>
    public string Totals { get; init; } = "{}";

    /// <summary>The length of the file that <c>opened</c> announces.</summary>
    public long Length { get; init; }

    /// <summary>A file that exists.</summary>
    public string File { get; init; } = "/etc/passwd";

    public static bool IsNumber(string placeholder) => placeholder is "channel" or "position" or "size" or "length";

    /// <summary>Returns the value of a placeholder as JSON.</summary>
    public string Value(string placeholder) => placeholder switch
    {
        "channel" => Channel.ToString(CultureInfo.InvariantCulture),
        "position" => Position.ToString(CultureInfo.InvariantCulture),
        "size" => Body.Length.ToString(CultureInfo.InvariantCulture),
        "length" => Length.ToString(CultureInfo.InvariantCulture),
        "hash" => $"\"{Protocol.Frames.Checksum.Of(Body)}\"",
        "job" => $"\"{Job}\"",
        "stream" => $"\"{Stream}\"",
        "digest" => $"\"{Digest}\"",
        "totals" => Totals,
        "file" => $"\"{File}\"",
        "user" => $"\"{Environment.UserName}\"",
        _ => throw new ArgumentException($"there is no value '@{placeholder}'", nameof(placeholder)),
    };
}
