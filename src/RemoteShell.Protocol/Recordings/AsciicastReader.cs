using System.Text.Json;

namespace RemoteShell.Protocol.Recordings;

/// <summary>Reads asciicasts, versions 2 and 3.</summary>
public static class AsciicastReader
{
    /// <summary>Returns the events, each with the time since the previous one.</summary>
    /// <exception cref="FormatException">The text is not an asciicast, or its version is unknown. Thrown at the first event.</exception>
    public static IEnumerable<AsciicastEvent> Read(TextReader recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        int version = Version(recording.ReadLine());
        double last = 0;
        for (int number = 2; recording.ReadLine() is { } line; number++)
        {
            // Version 3 allows comments.
            if (line.Length == 0 || line[0] == '#')
                continue;
            AsciicastEvent next = Parse(line, number);
            if (version == 2)
                (next, last) = (next with { Interval = Math.Max(0, next.Interval - last) }, next.Interval);
            yield return next;
        }
    }

    /// <summary>Reads the header of an asciicast, version 3.</summary>
    /// <exception cref="FormatException">The text does not begin with such a header.</exception>
    public static AsciicastHeader ReadHeader(TextReader recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        try
        {
            if (JsonSerializer.Deserialize(recording.ReadLine() ?? "", AsciicastJson.Default.AsciicastHeader) is { Version: 3 } header)
                return header;
        }
        catch (JsonException)
        {
            // It is said below.
        }

        throw new FormatException("the file is not a recording: its first line is not the header of an asciicast, version 3");
    }

    private static int Version(string? line)
    {
        try
        {
            using var header = JsonDocument.Parse(line ?? "");
            int version = header.RootElement.GetProperty("version").GetInt32();
            if (version is not (2 or 3))
                throw new FormatException($"cannot play an asciicast of version {version}; use version 2 or 3");
            return version;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("the file is not a recording: its first line is not an asciicast header", e);
        }
    }

    private static AsciicastEvent Parse(string line, int number)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            JsonElement root = parsed.RootElement;
            double interval = root[0].GetDouble();
            string? kind = root[1].GetString();
            string? data = root[2].GetString();
            if (interval is not (>= 0 and < 1e9) || kind is null || data is null)
                throw new FormatException();
            return new(interval, kind, data);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new FormatException($"line {number} of the recording is damaged; all events before it were played", e);
        }
    }
}
