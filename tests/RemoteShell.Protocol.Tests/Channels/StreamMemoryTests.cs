using RemoteShell.Protocol.Channels;

namespace RemoteShell.Protocol.Tests.Channels;

/// <summary>The memory of byte streams. The tests measure the heap of the process, so no other test runs meanwhile.</summary>
[CollectionDefinition(nameof(StreamMemoryTests), DisableParallelization = true)]
[Collection(nameof(StreamMemoryTests))]
public class StreamMemoryTests
{
    [Fact]
    public async Task Slow_reader_blocks_the_sender_with_at_most_one_window_in_memory()
    {
        await using var pair = ConnectionPair.Create();
        (IncomingStream incoming, OutgoingStream outgoing) = await pair.OpenStreamAsync();
        const long total = 1024L * 1024 * 1024;
        var piece = new byte[256 * 1024];
        new Random(1).NextBytes(piece);
        Task sending = Task.Run(async () =>
        {
            for (long sent = 0; sent < total; sent += piece.Length)
                await outgoing.WriteAsync(piece);
            outgoing.End();
        });

        long taken = 0, most = 0, memory = 0;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        while (await incoming.ReadAsync().Within() is { Length: > 0 } block)
        {
            most = Math.Max(most, outgoing.Sent.Total - taken);
            taken += block.Length;
            // The reader pauses now and then. The sender must then stop at the window's limit by itself.
            if (taken % (128 * 1024 * 1024) == 0)
            {
                await Waiting.Until(() => outgoing.Sent.Total - (taken - block.Length) >= 512 * 1024 - piece.Length, "the window is full");
                memory = Math.Max(memory, GC.GetTotalMemory(forceFullCollection: true) - before);
            }

            incoming.Return(block);
        }

        await sending.Within();
        Assert.Equal(total, taken);
        // A busy CPU can look like a long path, for which the window grows.
        Assert.InRange(most, 1, ReceiveWindow.MaxSize + piece.Length);
        Assert.InRange(memory, 0, ReceiveWindow.MaxSize + (24 * 1024 * 1024));
    }

    [Fact]
    public async Task Many_tiny_frames_cost_no_more_memory_than_the_window()
    {
        await using var pair = ConnectionPair.Create();
        (IncomingStream incoming, OutgoingStream outgoing) = await pair.OpenStreamAsync(window: 100_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 100_000; i++)
            await outgoing.WriteAsync(new byte[1]).Within();
        outgoing.End();
        await Waiting.Until(() => pair.Client.Reason is null, "it lives");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 * 1024 * 1024);
        await incoming.CopyToAsync(Stream.Null).Within();
        Assert.Equal(100_000, incoming.Taken.Total);
    }
}
