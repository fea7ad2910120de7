namespace RemoteShell.Broker.Broadcasts;

/// <summary>What a host has said about a run.</summary>
/// <param name="Sequence">Its number in the stream of the broker, by which it is acknowledged.</param>
/// <param name="Host">The host, as the subject names it. Only the signature of the result proves anything.</param>
/// <param name="Result">The signed result; empty if the host has the request and no result yet.</param>
public sealed record ReceivedResult(ulong Sequence, string Host, ReadOnlyMemory<byte> Result);
