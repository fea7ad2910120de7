using System.Collections.Concurrent;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>For each key, the memory by which the windows of its jobs may grow beyond their first size. Thread-safe.</summary>
/// <remarks>A budget is kept as long as the server runs: only keys that are authorized have one.</remarks>
/// <param name="bytes">Returns the bytes for each key. If it changes, later jobs of a key get a new budget.</param>
internal sealed class WindowBudgets(Func<long> bytes)
{
    private readonly ConcurrentDictionary<PublicKey, (long Bytes, WindowBudget Budget)> _budgets = new();

    /// <summary>The key's budget.</summary>
    public WindowBudget Of(PublicKey key)
    {
        long now = bytes();
        return _budgets.AddOrUpdate(key, _ => (now, new(now)), (_, known) => known.Bytes == now ? known : (now, new(now))).Budget;
    }
}
