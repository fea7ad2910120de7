using RemoteShell.Protocol.Channels;

namespace RemoteShell.Protocol.Tests.Channels;

/// <summary>Windows grow from a budget. Without it they stay small, and all that was taken is returned in the end.</summary>
public class WindowBudgetTests
{
    private const int MiB = 1 << 20;

    // A buffer may exceed its capacity by the chunk that it fills.
    private const int Chunk = 256 * 1024;

    [Fact]
    public void Budget_gives_no_more_than_it_has_and_counts_no_refusal()
    {
        var budget = new WindowBudget(100);
        Assert.True(budget.TryTake(60));
        Assert.False(budget.TryTake(41));
        Assert.True(budget.TryTake(40));
        Assert.Equal(100, budget.Taken);
        budget.Return(100);
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public async Task Buffer_takes_only_what_it_fills_beyond_its_first_size()
    {
        var budget = new WindowBudget(100 * MiB);
        using var buffer = new ReplayBuffer(MiB, budget: budget);
        buffer.EnsureCapacity(ReceiveWindow.MaxSize);
        Assert.InRange(await FillAsync(buffer, limit: MiB), MiB, MiB + Chunk);
        Assert.Equal(0, budget.Taken);
        Assert.InRange(await FillAsync(buffer, limit: 100 * MiB), ReceiveWindow.MaxSize, ReceiveWindow.MaxSize + Chunk);
        Assert.Equal(ReceiveWindow.MaxSize - MiB, budget.Taken);
        await AcknowledgeAllAsync(buffer);
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public async Task Buffer_without_a_budget_left_goes_on_with_its_first_size()
    {
        var budget = new WindowBudget(MiB);
        using var greedy = new ReplayBuffer(MiB, budget: budget);
        using var small = new ReplayBuffer(64 * 1024, budget: budget);
        greedy.EnsureCapacity(ReceiveWindow.MaxSize);
        Assert.InRange(await FillAsync(greedy, limit: 100 * MiB), 2 * MiB, 2 * MiB + Chunk);
        // What the peer needs to acknowledge in time is never refused.
        small.EnsureCapacity(ReceiveWindow.MaxSize);
        for (int round = 0; round < 5; round++)
        {
            Assert.InRange(await FillAsync(small, limit: 100 * MiB), ReceiveWindow.LargestNeed, ReceiveWindow.LargestNeed + Chunk);
            await AcknowledgeAllAsync(small);
        }

        await AcknowledgeAllAsync(greedy);
        Assert.InRange(await FillAsync(small, limit: 100 * MiB), 2 * MiB, 2 * MiB + Chunk);
    }

    [Theory]
    [InlineData("discard")]
    [InlineData("dispose")]
    [InlineData("complete")]
    [InlineData("spill")]
    [InlineData("spill while the producer writes")]
    [InlineData("spill while the producer writes nothing")]
    [InlineData("spill after the end")]
    public async Task Buffer_returns_its_growth_however_it_ends(string ending)
    {
        var budget = new WindowBudget(100 * MiB);
        var buffer = new ReplayBuffer(MiB, budget: budget);
        buffer.EnsureCapacity(8 * MiB);
        await FillAsync(buffer, limit: 100 * MiB);
        Assert.Equal(7 * MiB, budget.Taken);
        switch (ending)
        {
            case "discard":
                buffer.Discard();
                break;
            case "dispose":
                buffer.Dispose();
                break;
            case "complete":
                buffer.Complete();
                await AcknowledgeAllAsync(buffer);
                break;
            case "spill":
                buffer.Complete();
                buffer.StartSpilling(() => new Sink());
                await buffer.StoreAsync().Within();
                break;
            case "spill while the producer writes":
                buffer.StartSpilling(() => new Sink());
                await FillAsync(buffer, limit: 10 * MiB);
                break;
            case "spill while the producer writes nothing":
                buffer.StartSpilling(() => new Sink());
                break;
            case "spill after the end":
                buffer.Complete();
                buffer.StartSpilling(() => new Sink());
                break;
        }

        Assert.Equal(0, budget.Taken);
        buffer.Dispose();
        Assert.Equal(0, budget.Taken);
    }

    // The order of the steps is random: readers leave and come back, windows grow, streams end in all ways.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_streams_stay_within_the_budget_and_return_it(int seed)
    {
        var random = new Random(seed);
        var budget = new WindowBudget(5 * MiB);
        for (int round = 0; round < 20; round++)
        {
            ReplayBuffer[] buffers = [.. Enumerable.Range(0, 4).Select(_ => new ReplayBuffer(random.Next(1, 3 * MiB), budget: budget))];
            for (int step = 0; step < 40; step++)
            {
                await StepAsync(buffers[random.Next(buffers.Length)], random);
                Assert.InRange(budget.Taken, 0, 5 * MiB);
            }

            foreach (ReplayBuffer buffer in buffers)
                buffer.Dispose();
            Assert.Equal(0, budget.Taken);
        }
    }

    // The reader leaves and comes back at any moment, so pieces are stored beside the producer and beside the reader.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Bytes_stay_the_same_while_what_has_grown_is_stored(int seed)
    {
        const int total = 24 * MiB;
        var random = new Random(seed);
        var budget = new WindowBudget(8 * MiB);
        using var buffer = new ReplayBuffer(MiB, budget: budget);
        buffer.EnsureCapacity(ReceiveWindow.MaxSize);
        Task producing = Task.Run(() => ProduceAsync(buffer, total, new(seed)));
        int position = 0;
        while (position < total)
        {
            for (int pieces = random.Next(20); pieces > 0 && position < total; pieces--)
            {
                ReadOnlyMemory<byte> bytes = await buffer.ReadAsync(default).Within();
                Assert.True(IsAt(position, bytes.Span), $"bytes from {position} on are wrong");
                buffer.Advance(bytes.Length);
                position += bytes.Length;
                if (random.Next(3) == 0)
                    buffer.Acknowledge(position);
            }

            buffer.StartSpilling(() => new SlowMemory(total));
            for (int turns = random.Next(30); turns > 0; turns--)
                await Task.Yield();
            Assert.True(buffer.ResumeAt(position));
        }

        await producing.Within();
        buffer.Acknowledge(total);
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public void Receive_windows_share_a_budget_and_return_it()
    {
        var budget = new WindowBudget(4 * MiB);
        var time = new SetTime();
        ReceiveWindow[] windows = [.. Enumerable.Range(0, 5).Select(_ => new ReceiveWindow(MiB, from: 0, time, budget))];
        foreach (ReceiveWindow window in windows)
        {
            for (int round = 0; round < 10; round++)
                GrowOnce(window, time);
        }

        Assert.Equal(5 * MiB + budget.Taken, windows.Sum(window => window.Size));
        Assert.InRange(budget.Taken, 3 * MiB, 4 * MiB);
        foreach (ReceiveWindow window in windows)
            window.Discard();
        Assert.Equal(0, budget.Taken);
    }

    private static async Task ProduceAsync(ReplayBuffer buffer, int total, Random random)
    {
        for (int written = 0; written < total;)
        {
            Memory<byte> room = await buffer.GetMemoryAsync(default);
            int count = Math.Min(total - written, random.Next(1, room.Length + 1));
            for (int i = 0; i < count; i++)
                room.Span[i] = At(written + i);
            buffer.Commit(count);
            written += count;
        }

        buffer.Complete();
    }

    private static byte At(int offset) => (byte)(offset ^ (offset >> 8) ^ (offset >> 16));

    private static bool IsAt(int offset, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At(offset + i))
                return false;
        }

        return bytes.Length > 0;
    }

    private static async Task StepAsync(ReplayBuffer buffer, Random random)
    {
        switch (random.Next(7))
        {
            case 0:
                buffer.EnsureCapacity(random.Next(1, (int)ReceiveWindow.MaxSize));
                break;
            case 1:
                await AcknowledgeAllAsync(buffer);
                break;
            case 2:
                buffer.StartSpilling(() => new Sink());
                break;
            case 3:
                buffer.ResumeAt(buffer.Start);
                break;
            case 4 when random.Next(10) == 0:
                buffer.Discard();
                break;
            case 5 when random.Next(10) == 0:
                buffer.Complete();
                break;
            default:
                if (!buffer.IsComplete)
                    await FillAsync(buffer, random.Next(1, 20 * MiB));
                break;
        }
    }

    // Fills the buffer until it has no more room, or so many bytes were written; returns how many bytes it holds.
    private static async Task<long> FillAsync(ReplayBuffer buffer, int limit)
    {
        using var full = new CancellationTokenSource();
        for (int written = 0; written < limit;)
        {
            Task<Memory<byte>> room = buffer.GetMemoryAsync(full.Token).AsTask();
            if (!room.IsCompleted)
            {
                // Nothing here runs in the background, so the buffer is full.
                await full.CancelAsync();
                await ((Task)room).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            }

            int count = (await room).Length;
            buffer.Commit(count);
            written += count;
        }

        return buffer.Length - buffer.Start;
    }

    private static async Task AcknowledgeAllAsync(ReplayBuffer buffer)
    {
        for (long left = buffer.Length - buffer.Start; left > 0;)
        {
            Task<ReadOnlyMemory<byte>> reading = buffer.ReadAsync(default).AsTask();
            if (!reading.IsCompletedSuccessfully || (await reading).Length == 0)
                break;
            int count = (await reading).Length;
            buffer.Advance(count);
            left -= count;
        }

        buffer.Acknowledge(buffer.Length);
    }

    private static void GrowOnce(ReceiveWindow window, SetTime time)
    {
        time.Pass(TimeSpan.FromMilliseconds(100));
        window.Receive(window.Received, (int)(window.Limit - window.Received));
        window.Consume((int)(window.Received - window.Consumed));
        window.TryRaise();
        window.MarkStarved();
        time.Pass(TimeSpan.FromMilliseconds(100));
        window.Receive(window.Received, 1);
        window.Consume(1);
        window.TryRaise();
    }

    // Stores nothing, and counts as storing all.
    private sealed class Sink : ISpillTarget
    {
        public long Start => 0;

        public bool DiscardsWhenFull => false;

        public ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> bytes) => new(true);

        public ValueTask<int> ReadAsync(long offset, Memory<byte> target) => new(target.Length);

        public void Release(long offset)
        {
        }

        public void Dispose()
        {
        }
    }

    // Stores the bytes, each piece a moment later.
    private sealed class SlowMemory(int size) : ISpillTarget
    {
        private readonly byte[] _bytes = new byte[size];

        public long Start => 0;

        public bool DiscardsWhenFull => false;

        public async ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> bytes)
        {
            await Task.Yield();
            bytes.CopyTo(_bytes.AsMemory((int)offset));
            return true;
        }

        public ValueTask<int> ReadAsync(long offset, Memory<byte> target)
        {
            _bytes.AsMemory((int)offset, target.Length).CopyTo(target);
            return new(target.Length);
        }

        public void Release(long offset)
        {
        }

        public void Dispose()
        {
        }
    }
}
