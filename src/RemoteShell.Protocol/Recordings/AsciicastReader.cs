using System.Text.Json;

namespace RemoteShell.Protocol.Recordings;

/// <summary>Reads asciicasts of the versions 2 and 3.</summary>
public static class AsciicastReader
{
    /// <summary>The events, each with its time from the one before.</summary>
    /// <exception cref="FormatException">It is no recording, or its version is not known; told with the first event.</exception>
    public static IEnumerable<AsciicastEvent> Read(TextReader recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        int version = Version(recording.ReadLine());
        double last = 0;
        for (int number = 2; recording.ReadLine() is { } line; number++)
        {
            // Version 3 has comments.
            if (line.Length == 0 || line[0] == '#')
                continue;
            AsciicastEvent next = Parse(line, number);
            if (version == 2)
                (next, last) = (next with { Interval = Math.Max(0, next.Interval - last) }, next.Interval);
            yield return next;
        }
    }

    private static int Version(string? line)
    {
        try
        {
            using var header = JsonDocument.Parse(line ?? "");
            int version = header.RootElement.GetProperty("version").GetInt32();
            return version is 2 or 3 ? version : throw new FormatException($"this is an asciicast of version {version}; 2 and 3 can be played");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("this is no recording: its first line is not the header of an asciicast", e);
        }
    }

    private static AsciicastEvent Parse(string line, int number)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            JsonElement root = parsed.RootElement;
            double interval = root[0].GetDouble();
            return interval is >= 0 and < 1e9 && root[1].GetString() is { } kind && root[2].GetString() is { } data ? new(interval, kind, data) : throw new FormatException();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new FormatException($"the recording is damaged in line {number}; all before it was played", e);
        }
    }
}

/// <summary>Something that happened on a recorded terminal.</summary>
/// <param name="Interval">Seconds since the event before.</param>
/// <param name="Kind"><c>o</c>: it showed <paramref name="Data"/>; others exist.</param>
/// <param name="Data">What belongs to the kind.</param>
public sealed record AsciicastEvent(double Interval, string Kind, string Data);
