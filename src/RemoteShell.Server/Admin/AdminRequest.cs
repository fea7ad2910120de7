namespace RemoteShell.Server.Admin;

/// <summary>A request of the server's administrator: a line of JSON on the admin socket.</summary>
/// <remarks>Both ends are the same program, so this is not a part of the protocol.</remarks>
/// <param name="Verb"><c>status</c>, <c>stop</c>, <c>disconnect</c>, <c>jobs</c>, <c>kill</c> or <c>reload-host-key</c>.</param>
public sealed record AdminRequest(string Verb)
{
    /// <summary>The number of the connection to end, for <c>disconnect</c>.</summary>
    public long? Id { get; init; }

    /// <summary>The grace period for running commands in ms, for <c>stop</c>; null for that of the server's options.</summary>
    public long? GraceMs { get; init; }

    /// <summary>Whether <c>jobs</c> lists those too that have ended.</summary>
    public bool All { get; init; }

    /// <summary>The beginning of the id of the job, for <c>kill</c>.</summary>
    public string? Job { get; init; }

    /// <summary>The fingerprint of the key whose jobs are meant, for <c>jobs</c> and <c>kill</c>; null: those of all keys.</summary>
    public string? Key { get; init; }

    /// <summary>The signal to send, for <c>kill</c>; null ends the job.</summary>
    public string? Signal { get; init; }
}
