namespace RemoteShell.Cli.Client.Brokers;

/// <summary>What a host has published about a run.</summary>
/// <param name="Sequence">Its number at the broker.</param>
/// <param name="Host">The host, as the broker's subject names it.</param>
/// <param name="Result">The signed result; null if the host has the request and no result yet.</param>
internal sealed record PublishedResult(ulong Sequence, string Host, byte[]? Result);
