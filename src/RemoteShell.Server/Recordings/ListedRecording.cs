using System.Text.Json;

namespace RemoteShell.Server.Recordings;

/// <summary>A recording, for the administrator.</summary>
public sealed record ListedRecording
{
    /// <summary>The name of the file.</summary>
    public required string File { get; init; }

    /// <summary>The id of the job.</summary>
    public required string Job { get; init; }

    /// <summary><c>tty</c>: a terminal; <c>exec</c>: the output of a command.</summary>
    public required string Kind { get; init; }

    /// <summary>The fingerprint of the client's key; empty if it is not known.</summary>
    public required string Key { get; init; }

    /// <summary>The name of the key; empty if there is none.</summary>
    public required string Name { get; init; }

    /// <summary>When the job began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The size of the file.</summary>
    public long Bytes { get; init; }

    /// <summary>The command, as the client asked for it.</summary>
    public required string Command { get; init; }

    /// <summary>Returns the recording as one JSON object; docs/json.md describes the fields.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RecordingJson.Readable.ListedRecording);
}
