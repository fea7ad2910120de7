namespace RemoteShell.Server.Admin;

/// <summary>A request of the server's administrator: a line of JSON on the admin socket.</summary>
/// <remarks>Both ends are the same program, so this is not a part of the protocol.</remarks>
/// <param name="Verb"><c>status</c>, <c>stop</c>, <c>disconnect</c> or <c>reload-host-key</c>.</param>
public sealed record AdminRequest(string Verb)
{
    /// <summary>The number of the connection to end, for <c>disconnect</c>.</summary>
    public long? Id { get; init; }

    /// <summary>The grace period for running commands in ms, for <c>stop</c>; null for that of the server's options.</summary>
    public long? GraceMs { get; init; }
}
