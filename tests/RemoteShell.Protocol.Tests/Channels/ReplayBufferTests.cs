using RemoteShell.Protocol.Channels;

namespace RemoteShell.Protocol.Tests.Channels;

public class ReplayBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Buffer_returns_the_appended_bytes_in_bounded_memory(int seed)
    {
        using var log = new ReplayBuffer(capacity: 100_000);
        byte[] all = new byte[5_000_000];
        new Random(seed).NextBytes(all);
        Task producing = Task.Run(async () =>
        {
            var random = new Random(seed + 1);
            for (int at = 0; at < all.Length;)
            {
                Memory<byte> room = await log.GetMemoryAsync(default);
                int count = Math.Min(Math.Min(room.Length, all.Length - at), random.Next(1, 50_000));
                all.AsMemory(at, count).CopyTo(room);
                log.Commit(count);
                at += count;
            }

            log.Complete();
        });

        var read = new MemoryStream();
        var consumer = new Random(seed + 2);
        while (await log.ReadAsync(default).Within() is { Length: > 0 } bytes)
        {
            Assert.InRange(log.Length - read.Length, 0, 100_000 + 256 * 1024);
            int count = consumer.Next(1, bytes.Length + 1);
            read.Write(bytes.Span[..count]);
            log.Advance(count);
            log.Acknowledge(read.Length);
        }

        await producing.Within();
        Assert.Equal(all, read.ToArray());
    }

    [Fact]
    public async Task Producer_waits_while_the_buffer_is_full_and_continues_after_an_acknowledgement()
    {
        using var log = new ReplayBuffer(capacity: 4096);
        log.Commit((await log.GetMemoryAsync(default).Within()).Length);
        Task<Memory<byte>> waiting = log.GetMemoryAsync(default).AsTask();
        Assert.False(waiting.IsCompleted);
        log.Advance((await log.ReadAsync(default).Within()).Length);
        Assert.False(waiting.IsCompleted);
        log.Acknowledge(4096);
        await waiting.Within();
    }

    [Fact]
    public async Task Buffer_keeps_the_memory_of_the_reader_when_the_peer_acknowledges_too_much()
    {
        using var log = new ReplayBuffer(capacity: 1_000_000);
        byte[] sent = [.. Enumerable.Range(0, 4096).Select(i => (byte)i)];
        await log.AppendAsync(sent);
        await log.AppendAsync(sent);
        ReadOnlyMemory<byte> held = await log.ReadAsync(default).Within();
        log.Acknowledge(long.MaxValue);
        await log.AppendAsync(new byte[100_000]);
        Assert.Equal(sent, held[..4096].ToArray());
        Assert.Equal(sent, (await log.ReadAsync(default).Within())[..4096].ToArray());
    }

    [Fact]
    public async Task Discarded_buffer_never_blocks_its_producer()
    {
        using var log = new ReplayBuffer(capacity: 4096);
        await log.AppendAsync(new byte[4096]);
        Task appending = log.AppendAsync(new byte[10_000_000]).AsTask();
        log.Discard();
        await appending.Within();
        Assert.Equal(10_004_096, log.Length);
        // It needs no new memory. Nothing waits, so all of it runs on this thread, and allocations of other tests do not count.
        byte[] more = new byte[10_000_000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(log.AppendAsync(more).IsCompletedSuccessfully);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public async Task Buffer_keeps_the_acknowledged_tail_and_does_not_block_the_producer()
    {
        using var log = new ReplayBuffer(capacity: 10_000, tail: 5_000);
        for (int i = 0; i < 100; i++)
        {
            await log.AppendAsync(Enumerable.Repeat((byte)i, 9_000).ToArray()).Within();
            for (int left = 9_000; left > 0;)
            {
                int count = (await log.ReadAsync(default).Within()).Length;
                log.Advance(count);
                left -= count;
            }

            log.Acknowledge(log.Length);
            Assert.Equal(log.Length - 5_000, log.Start);
            byte[] tail = new byte[5_000];
            Assert.Equal(1, await log.CopyAsync(log.Start, tail.AsMemory(0, 1)));
            Assert.Equal(i, tail[0]);
        }

        Assert.True(log.ResumeAt(log.Start));
        Assert.Equal(99, (await log.ReadAsync(default).Within()).Span[0]);
        Assert.False(log.ResumeAt(log.Start - 1));
    }

    [Fact]
    public async Task Buffer_takes_more_memory_at_once_as_it_fills()
    {
        using var log = new ReplayBuffer(capacity: 1_000_000);
        List<int> sizes = [];
        for (int i = 0; i < 5; i++)
        {
            int size = (await log.GetMemoryAsync(default).Within()).Length;
            log.Commit(size);
            sizes.Add(size);
        }

        Assert.Equal([4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024, 256 * 1024], sizes);
    }

    [Fact]
    public async Task Reader_of_spilled_bytes_that_are_lost_fails()
    {
        using var log = new ReplayBuffer(capacity: 4096);
        log.StartSpilling(() => new LosingTarget());
        await log.AppendAsync(new byte[10_000]);
        log.Complete();
        Assert.True(log.ResumeAt(0));
        var failure = await Assert.ThrowsAsync<ChannelException>(() => log.ReadAsync(default).Within());
        Assert.Equal(ErrorCode.Gone, failure.Code);
    }

    [Fact]
    public async Task Watcher_waits_until_the_buffer_has_grown()
    {
        using var log = new ReplayBuffer(capacity: 4096);
        Task grown = log.GrownAsync(0);
        Assert.False(grown.IsCompleted);
        await log.AppendAsync(new byte[1]);
        await grown.Within();
        Assert.True(log.GrownAsync(0).IsCompleted);
        Assert.False(log.GrownAsync(1).IsCompleted);
    }

    [Fact]
    public async Task Buffer_can_start_at_the_end_of_another_one()
    {
        using var log = new ReplayBuffer(capacity: 100, from: 1_000_000);
        Assert.False(log.ResumeAt(999_999));
        await log.AppendAsync("typed"u8.ToArray());
        Assert.Equal("typed"u8.ToArray(), (await log.ReadAsync(default).Within()).ToArray());
        log.Advance(5);
        log.Acknowledge(1_000_003);
        Assert.Equal((1_000_003, 1_000_005), (log.Start, log.Length));
    }

    // Takes all bytes, and keeps none.
    private sealed class LosingTarget : ISpillTarget
    {
        public long Start => 0;

        public bool DiscardsWhenFull => false;

        public ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> bytes) => new(true);

        public ValueTask<int> ReadAsync(long offset, Memory<byte> target) => new(0);

        public void Release(long offset)
        {
        }

        public void Dispose()
        {
        }
    }
}
