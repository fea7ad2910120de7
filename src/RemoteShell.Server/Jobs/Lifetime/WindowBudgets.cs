using System.Collections.Concurrent;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>For each key, the memory by which the windows of its jobs may grow beyond their first size. Thread-safe.</summary>
/// <remarks>A budget is kept as long as the server runs: only keys that are authorized have one.</remarks>
/// <param name="bytes">Bytes for each key.</param>
internal sealed class WindowBudgets(long bytes)
{
    private readonly ConcurrentDictionary<PublicKey, WindowBudget> _budgets = new();

    /// <summary>The key's budget.</summary>
    public WindowBudget Of(PublicKey key) => _budgets.GetOrAdd(key, _ => new(bytes));
}
