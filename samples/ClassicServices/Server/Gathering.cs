using System.Collections.Concurrent;

namespace ClassicServices.Server;

/// <summary>Those who are connected to one service, and what the service was told on the command line.</summary>
internal sealed class Gathering(ClassicOptions options)
{
    private readonly ConcurrentDictionary<Conversation, Task> _present = new();

    public ClassicOptions Options => options;

    /// <summary>Held by whoever tells all something, so that all hear everything in one order.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    public IEnumerable<Conversation> Present => _present.Keys;

    /// <summary>How many are there.</summary>
    public int Count => _present.Count;

    /// <summary>Whoever comes in is there until the task has ended.</summary>
    public void Add(Conversation conversation, Func<Task> talk)
    {
        var over = new TaskCompletionSource();
        _present[conversation] = over.Task;
        // Not on the thread that lets the next one in.
        _ = Task.Run(RunAsync);

        async Task RunAsync()
        {
            try
            {
                await talk();
            }
            finally
            {
                _present.TryRemove(conversation, out _);
                over.SetResult();
            }
        }
    }

    /// <summary>Returns when nobody is there any more.</summary>
    public Task EmptyAsync() => Task.WhenAll(_present.Values);
}
