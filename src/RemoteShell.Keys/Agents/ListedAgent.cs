namespace RemoteShell.Keys;

/// <summary>An ssh-agent that is asked for its keys once, for connections to many servers. Thread-safe.</summary>
/// <param name="path">Its socket, as in <c>SSH_AUTH_SOCK</c>.</param>
public sealed class ListedAgent(string path) : SshAgent(path)
{
    private readonly Lock _gate = new();

    // Guarded by _gate. A list that failed stays: the agent is not asked again.
    private Task<IReadOnlyList<AgentKey>>? _keys;

    /// <inheritdoc/>
    /// <remarks>Those that the agent held at the first call. Who stops waiting does not stop the question.</remarks>
    public override Task<IReadOnlyList<AgentKey>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return (_keys ??= base.ListAsync(CancellationToken.None)).WaitAsync(cancellationToken);
    }
}
