using System.Globalization;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Audit;

/// <summary>Lines of the audit journal for people.</summary>
public static class AuditLineText
{
    private const int EventWidth = 13;

    /// <summary>The line as a sentence that a terminal can show: when, what, who, and how it ended.</summary>
    public static string Describe(this AuditLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string time = line.Time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        string?[] parts =
        [
            WhoOf(line),
            line.Verb,
            line.What is { } what ? Quoted(line.Argv is { } argv ? string.Join("' '", argv) : what) : null,
            line.Folder is { } folder ? $"in {folder}" : null,
            line.Job is { } job ? $"job {job}" : null,
            EndOf(line),
            line.Streams is { Count: > 0 } streams ? string.Join(", ", streams.Select(TextOf)) : null,
            line.Lost is { } lost ? $"{lost} lines are lost" : null,
            line.Accepted is { } accepted ? $"{accepted} connections accepted" : null,
            line.LeftOut is { } leftOut ? $"{leftOut} refusals before it are left out" : null,
            line.Torn is { } torn ? $"{torn} lines before it were cut short" : null,
        ];
        string text = string.Join("  ", parts.OfType<string>());
        return LogSanitizer.Escape($"{time}  {line.Event.PadRight(EventWidth)}{text}").TrimEnd();
    }

    private static string? WhoOf(AuditLine line)
    {
        string? name = line.Name ?? line.Key;
        string? connection = line.Connection is { } number ? string.Create(CultureInfo.InvariantCulture, $"#{number}") : null;
        string who = string.Join(' ', new[] { connection, name, line.Peer }.OfType<string>());
        return who.Length > 0 ? who : null;
    }

    private static string? EndOf(AuditLine line)
    {
        string duration = line.Duration is { } ms ? string.Create(CultureInfo.InvariantCulture, $"in {ms:0.#} ms") : "";
        string code = line.Code is { } status ? status.ToString(CultureInfo.InvariantCulture) : "";
        string reason = line.Reason is { } why ? $"({why})" : "";
        string?[] words = [line.Outcome, code, line.Signal, reason, duration];
        string text = string.Join(' ', words.Where(word => !string.IsNullOrEmpty(word)));
        return text.Length > 0 ? text : null;
    }

    private static string TextOf(KeyValuePair<string, AuditStream> stream)
    {
        string digest = stream.Value.Digest is { } known ? $" {known}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{stream.Key}: {stream.Value.Bytes} bytes{digest}");
    }

    private static string Quoted(string text) => $"'{text}'";
}
