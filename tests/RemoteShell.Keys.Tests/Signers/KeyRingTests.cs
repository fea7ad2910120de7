using System.Collections.Concurrent;

namespace RemoteShell.Keys.Tests.Signers;

/// <summary>The keys of an agent, for many servers at once.</summary>
public sealed class KeyRingTests : IAsyncLifetime
{
    private const string Purpose = "rsh-auth@1";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _said = new();
    private SshAgentProcess _agent = null!;
    private AgentRelay _relay = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        _agent = await SshAgentProcess.StartAsync(_folder);
        _relay = new(_folder, _agent.Socket);
        await _agent.AddAsync(SshKeygen.MakeKey(_folder, "ed25519"));
        await _agent.AddAsync(SshKeygen.MakeKey(_folder, "ecdsa"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
            await _relay.DisposeAsync();
        if (_agent is not null)
            await _agent.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Agent_of_many_hosts_is_asked_for_its_keys_once()
    {
        var ring = new KeyRing(new ListedAgent(_relay.Socket));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ring.ListAsync(default))).Within();
        Assert.Equal(1, _relay.Lists);
        // Who stops waiting does not take the list from the others.
        var agent = new ListedAgent(_relay.Socket);
        var answer = new TaskCompletionSource();
        _relay.MayList = answer.Task;
        using var cancelled = new CancellationTokenSource();
        Task first = agent.ListAsync(cancelled.Token), second = agent.ListAsync(default);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult();
        await second.Within();
        Assert.Equal(2, _relay.Lists);
    }

    [Fact]
    public async Task At_most_four_keys_sign_at_once()
    {
        var ring = new KeyRing(new SshAgent(_relay.Socket));
        KeySigner key = (await ring.ListAsync(default).Within())[0];
        var answer = new TaskCompletionSource();
        _relay.MaySign = answer.Task;
        Task[] all = [.. Enumerable.Range(0, 20).Select(_ => SignAsync(key))];
        await Waiting.Until(() => _relay.Signatures == 4, "four questions wait");
        answer.SetResult();
        await Task.WhenAll(all).Within();
        Assert.Equal((20, 4), (_relay.Signatures, _relay.MostAtOnce));
    }

    [Fact]
    public async Task Agent_that_does_not_sign_in_time_is_not_asked_again_for_as_long()
    {
        KeyRing ring = Ring();
        IReadOnlyList<KeySigner> keys = await ring.ListAsync(default).Within();
        _relay.MaySign = new TaskCompletionSource().Task;
        Task[] all = [.. Enumerable.Range(0, 20).Select(i => SignAsync(keys[i % 2]))];
        foreach (Task one in all)
            await Assert.ThrowsAsync<KeySignerException>(() => one.Within());
        Assert.Equal(4, _relay.Signatures);
        Assert.Contains("has not signed with made for a test within 2 s", Assert.Single(_said), StringComparison.Ordinal);
        _relay.MaySign = Task.CompletedTask;
        await Waiting.UntilAsync(async () => await Record.ExceptionAsync(() => SignAsync(keys[1])) is null, "the agent is asked again");
    }

    [Fact]
    public async Task Time_of_a_key_begins_when_it_is_its_turn()
    {
        KeyRing ring = Ring();
        KeySigner key = (await ring.ListAsync(default).Within())[0];
        // Four waves of four: all of them take longer than one key may.
        _relay.SignDelay = TimeSpan.FromSeconds(0.6);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => SignAsync(key))).Within();
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Agent_that_does_not_list_its_keys_is_reported_once()
    {
        KeyRing ring = Ring();
        _relay.MayList = new TaskCompletionSource().Task;
        for (int i = 0; i < 3; i++)
            await Assert.ThrowsAsync<KeySignerException>(() => ring.ListAsync(default).Within());
        Assert.Contains("has not listed its keys within 2 s", Assert.Single(_said), StringComparison.Ordinal);
        Assert.Equal(1, _relay.Lists);
    }

    [Fact]
    public async Task Key_that_cannot_sign_is_reported_once_and_the_others_sign()
    {
        KeyRing ring = Ring();
        IReadOnlyList<KeySigner> keys = await ring.ListAsync(default).Within();
        await _agent.RemoveAllAsync();
        for (int i = 0; i < 2; i++)
            await Assert.ThrowsAsync<KeySignerException>(() => SignAsync(keys[0]));
        Assert.Contains("refuses to sign", Assert.Single(_said), StringComparison.Ordinal);
        await Assert.ThrowsAsync<KeySignerException>(() => SignAsync(keys[1]));
        Assert.Equal(2, _said.Count);
    }

    private static Task SignAsync(KeySigner key) => key.SignAsync("message"u8.ToArray(), Purpose, default).Within();

    private KeyRing Ring() => new(new ListedAgent(_relay.Socket))
    {
        ListTime = TimeSpan.FromSeconds(2),
        SignTime = TimeSpan.FromSeconds(2),
        PassedOver = _said.Enqueue,
    };
}
