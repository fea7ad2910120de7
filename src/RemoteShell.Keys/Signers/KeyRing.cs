using System.Collections.Concurrent;
using System.Diagnostics;
using RemoteShell.Protocol.Keys;

namespace RemoteShell.Keys;

/// <summary>The keys of an ssh-agent, for servers that pick one. Thread-safe.</summary>
/// <remarks>
/// At most four keys sign at once. An agent that has not answered in time, or whose user has not, is not asked again for as long.
/// </remarks>
/// <param name="agent">The agent.</param>
public sealed class KeyRing(SshAgent agent)
{
    // As many as a client may name to a server.
    private const int MaxKeys = 16;

    // An agent signs one after the other. Several at once hide the way to an agent that is forwarded.
    private const int MaxSignatures = 4;

    private readonly SemaphoreSlim _turns = new(MaxSignatures, MaxSignatures);
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    // When the agent last did not answer in time, and for how long it is not asked. 0: it has answered.
    private long _silentSince;
    private long _silentTicks;

    /// <summary>How long the agent may take to list its keys. Default: 10 s.</summary>
    public TimeSpan ListTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client waits for the list before it tries its own key. Default: 1 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a key may take to sign, for a person who has to touch or confirm. Default: 1 minute.</summary>
    public TimeSpan SignTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Called with the reason if the agent does not answer, or a key cannot sign: once for each.</summary>
    /// <remarks>It must not block. Default: nothing.</remarks>
    public Action<string>? PassedOver { get; init; }

    /// <summary>The keys of the agent that this product can use, at most 16.</summary>
    /// <remarks>
    /// Those of FIDO authenticators come last, since each needs a touch. Certificates that are not valid now or not for users are left out.
    /// </remarks>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="KeySignerException">The agent cannot be reached, or does not answer in time.</exception>
    public async Task<IReadOnlyList<KeySigner>> ListAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<AgentKey> keys = await ListInTimeAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return
        [
            .. keys.Select(key => new AgentSigner(agent, key))
                .Where(signer => signer.Key is not null)
                .Where(signer => signer.Certificate is not { } shown || (shown.Kind == CertificateKind.User && shown.IsValidAt(now)))
                .OrderBy(signer => KeyType.IsHardware(signer.Key!.Type))
                .Take(MaxKeys)
                .Select(signer => new RingSigner(this, signer)),
        ];
    }

    private async Task<IReadOnlyList<AgentKey>> ListInTimeAsync(CancellationToken cancellationToken)
    {
        ThrowIfSilent();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ListTime);
        try
        {
            return await agent.ListAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(ListTime, $"the ssh-agent at {agent.Path} has not listed its keys within {ListTime.TotalSeconds:0.###} s");
        }
    }

    private async Task<SshSignature> SignAsync(
        AgentSigner signer, ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The time of a key begins with its turn.
            ThrowIfSilent();
            return await SignInTimeAsync(signer, message, purpose, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<SshSignature> SignInTimeAsync(
        AgentSigner signer, ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SignTime);
        try
        {
            return await signer.SignAsync(message, purpose, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(SignTime, $"the ssh-agent has not signed with {signer.Name} within {SignTime.TotalSeconds:0.###} s");
        }
        catch (KeySignerException e)
        {
            PassOver(signer.Fingerprint!, $"{signer.Name} cannot sign: {e.Message}");
            throw;
        }
    }

    private void ThrowIfSilent()
    {
        long since = Volatile.Read(ref _silentSince);
        if (since != 0 && Stopwatch.GetElapsedTime(since).Ticks < Volatile.Read(ref _silentTicks))
            throw new KeySignerException($"the ssh-agent at {agent.Path} does not answer");
    }

    private KeySignerException Silent(TimeSpan time, string reason)
    {
        Volatile.Write(ref _silentTicks, time.Ticks);
        Volatile.Write(ref _silentSince, Stopwatch.GetTimestamp());
        PassOver(agent.Path, reason);
        return new(reason);
    }

    private void PassOver(string what, string reason)
    {
        if (_reported.TryAdd(what, true))
            PassedOver?.Invoke(reason);
    }

    // One of the keys, with the limits of the ring.
    private sealed class RingSigner(KeyRing ring, AgentSigner signer) : KeySigner
    {
        public override string Name => signer.Name;

        public override string? Fingerprint => signer.Fingerprint;

        public override string? Authority => signer.Authority;

        public override Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
            => ring.SignAsync(signer, message, purpose, cancellationToken);
    }
}
