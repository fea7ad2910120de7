using System.Collections.Concurrent;

namespace ClassicServices.Server.Conversations;

/// <summary>The peers that are connected to one service, and the options of the command line.</summary>
internal sealed class ConnectedPeers(ClassicOptions options)
{
    private readonly ConcurrentDictionary<Conversation, Task> _peers = new();

    public ClassicOptions Options => options;

    /// <summary>Held while a message goes to all peers, so that all receive the messages in one order.</summary>
    public SemaphoreSlim BroadcastLock { get; } = new(1);

    public IEnumerable<Conversation> All => _peers.Keys;

    public int Count => _peers.Count;

    /// <summary>Adds a peer, serves it in the background, and removes it when <paramref name="serve"/> has ended.</summary>
    public void Add(Conversation conversation, Func<Task> serve)
    {
        var ended = new TaskCompletionSource();
        _peers[conversation] = ended.Task;
        // Not on the thread that accepts the next connection.
        _ = Task.Run(RunAsync);

        async Task RunAsync()
        {
            try
            {
                await serve();
            }
            finally
            {
                _peers.TryRemove(conversation, out _);
                ended.SetResult();
            }
        }
    }

    /// <summary>Returns when the peers of this moment have left.</summary>
    public Task WhenEmptyAsync() => Task.WhenAll(_peers.Values);
}
