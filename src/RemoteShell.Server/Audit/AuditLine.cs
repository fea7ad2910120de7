using System.Text.Json;
using System.Text.Json.Serialization;

namespace RemoteShell.Server.Audit;

/// <summary>One line of the audit journal: who did what.</summary>
/// <remarks>A property that does not concern the event is null, and not in the JSON.</remarks>
public sealed record AuditLine
{
    /// <summary>The number of the line, from 1 on. It goes on from file to file.</summary>
    [JsonPropertyName("n")]
    public long Number { get; init; }

    /// <summary>When it happened, by the clock of the server.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>One of <see cref="AuditEvent"/>.</summary>
    public required string Event { get; init; }

    /// <summary>The number of the connection at this server process.</summary>
    public long? Connection { get; init; }

    /// <summary>The address and port of the client, or such as <c>tunnel 7</c>.</summary>
    public string? Peer { get; init; }

    /// <summary>The fingerprint of the client's key.</summary>
    public string? Key { get; init; }

    /// <summary>The comment of the client's key.</summary>
    public string? Name { get; init; }

    /// <summary>What was asked for, in one word, such as <c>run</c>, <c>shell</c>, <c>get</c> or <c>attach</c>.</summary>
    public string? Verb { get; init; }

    /// <summary>What exactly: the command, the path, the target. At most 16 KiB of UTF-8; what is longer is cut.</summary>
    public string? What { get; init; }

    /// <summary>If <see cref="What"/> was cut: the SHA-256 of the whole text in UTF-8, as hex digits.</summary>
    public string? WhatDigest { get; init; }

    /// <summary>For a program with exact arguments: the program and the arguments, if they have at most 16 KiB.</summary>
    public IReadOnlyList<string>? Argv { get; init; }

    /// <summary>The working directory that was asked for.</summary>
    public string? Folder { get; init; }

    /// <summary>The id of the job.</summary>
    public string? Job { get; init; }

    /// <summary>How it ended. For a job one of the outcomes of the protocol, for a file that of the transfer.</summary>
    public string? Outcome { get; init; }

    /// <summary>The exit status.</summary>
    public int? Code { get; init; }

    /// <summary>The name of the signal that ended the job.</summary>
    public string? Signal { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took, in ms.</summary>
    public double? Duration { get; init; }

    /// <summary>What was carried, by the name of the stream.</summary>
    public IReadOnlyDictionary<string, AuditStream>? Streams { get; init; }

    /// <summary>See <see cref="AuditEvent.ListenClose"/>.</summary>
    public long? Accepted { get; init; }

    /// <summary>The recording of the job: the name of its file.</summary>
    public string? Recording { get; init; }

    /// <summary>For a job of a signed request: the SHA-256 of that, as hex digits.</summary>
    public string? Request { get; init; }

    /// <summary>How many refusals of clients without authorization were left out before this one, of too many in a minute.</summary>
    public long? LeftOut { get; init; }

    /// <summary>See <see cref="AuditEvent.Gap"/>.</summary>
    public long? Lost { get; init; }

    /// <summary>See <see cref="AuditEvent.Start"/>.</summary>
    public int? Torn { get; init; }

    /// <summary>The SHA-256 of the line before, without its line end, as hex digits. Of the first line: 64 zeros.</summary>
    [JsonPropertyName("prev")]
    public string Previous { get; init; } = "";

    /// <summary>For <see cref="AuditEvent.Seal"/>: the host key that has signed, as text.</summary>
    public string? HostKey { get; init; }

    /// <summary>For <see cref="AuditEvent.Seal"/>: the signature in Base64, over the line without this property.</summary>
    public string? Signature { get; init; }

    /// <summary>Whether something failed, or was refused.</summary>
    [JsonIgnore]
    public bool IsFailure
        => Event is AuditEvent.Refuse or AuditEvent.Gap || (Code is { } code ? code != 0 : Reason is not null && Outcome is not null);

    /// <summary>Reads a line.</summary>
    /// <returns>Null if it is not one.</returns>
    public static AuditLine? TryParse(ReadOnlySpan<byte> json)
    {
        // Quicker than an exception for each line of a file that is no journal.
        if (json is not [(byte)'{', .., (byte)'}'])
            return null;
        try
        {
            return JsonSerializer.Deserialize(json, AuditJson.Default.AuditLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal byte[] ToJson()
    {
        var json = new JsonBuffer();
        AuditLineWriter.Append(json, this);
        return json.Written.ToArray();
    }
}
