using RemoteShell.Protocol.Channels;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>Bounds one execution.</summary>
internal static class FuzzLimit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static ConnectionOptions Options { get; } = new() { CloseGrace = TimeSpan.FromMilliseconds(50) };

    /// <summary>Runs to the end, or throws <see cref="TimeoutException"/>.</summary>
    public static void Run(Func<Task> run) => Task.Run(run).WaitAsync(Limit).GetAwaiter().GetResult();

    public static async Task EndedAsync(Connection connection)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (connection.Ended.UnsafeRegister(_ => ended.SetResult(), null))
            await ended.Task;
    }
}
