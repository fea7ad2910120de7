namespace RemoteShell.Client.Trust;

/// <summary>What a file of known hosts says about a host.</summary>
/// <param name="Keys">The keys of the server.</param>
/// <param name="Authorities">The keys that sign certificates of the host.</param>
/// <param name="Revoked">The keys that the host must not have, and the authorities that must not certify it.</param>
internal sealed record KnownHostLines(
    IReadOnlyList<KnownHostKey> Keys, IReadOnlyList<KnownHostKey> Authorities, IReadOnlyList<KnownHostKey> Revoked);
