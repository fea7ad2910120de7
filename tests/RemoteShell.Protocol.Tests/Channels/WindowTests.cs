using RemoteShell.Protocol.Channels;

namespace RemoteShell.Protocol.Tests.Channels;

public class WindowTests
{
    [Fact]
    public async Task Sender_takes_what_the_limit_allows_and_waits_for_the_rest()
    {
        var window = new SendWindow(10);
        Assert.Equal(8, await window.TakeAsync(8, default).Within());
        Assert.Equal(2, await window.TakeAsync(8, default).Within());
        Task<int> waiting = window.TakeAsync(8, default).AsTask();
        Assert.False(waiting.IsCompleted);
        window.Extend(13);
        Assert.Equal(3, await waiting.Within());
        Assert.Equal(13, window.Sent);
    }

    [Fact]
    public async Task Sender_ignores_a_lower_limit_and_the_highest_limit_does_not_overflow()
    {
        var window = new SendWindow(10);
        window.Extend(5);
        Assert.Equal(10, window.Limit);
        window.Extend(long.MaxValue);
        Assert.Equal(int.MaxValue, await window.TakeAsync(int.MaxValue, default).Within());
    }

    [Fact]
    public async Task Waiting_sender_fails_when_the_window_fails_or_the_wait_is_cancelled()
    {
        var window = new SendWindow(0);
        using var cancellation = new CancellationTokenSource();
        Task<int> cancelled = window.TakeAsync(1, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());
        Task<int> failed = window.TakeAsync(1, default).AsTask();
        window.Fail(new IOException("over"));
        await Assert.ThrowsAsync<IOException>(() => failed.Within());
        await Assert.ThrowsAsync<IOException>(() => window.TakeAsync(1, default).Within());
    }

    [Fact]
    public void Receiver_accepts_only_the_next_offset_within_its_limit()
    {
        var window = new ReceiveWindow(100);
        window.Receive(0, 60);
        Assert.Equal(ErrorCode.BadOffset, Assert.Throws<ChannelException>(() => window.Receive(59, 1)).Code);
        Assert.Equal(ErrorCode.BadOffset, Assert.Throws<ChannelException>(() => window.Receive(61, 1)).Code);
        Assert.Equal(ErrorCode.WindowOverrun, Assert.Throws<ChannelException>(() => window.Receive(60, 41)).Code);
        window.Receive(60, 40);
    }

    [Fact]
    public void Limit_moves_in_steps_of_half_the_window()
    {
        var window = new ReceiveWindow(100);
        window.Receive(0, 100);
        window.Consume(49);
        Assert.False(window.TryRaise());
        window.Consume(1);
        Assert.True(window.TryRaise());
        Assert.Equal(150, window.Limit);
        window.Consume(49);
        Assert.False(window.TryRaise());
        window.Consume(1);
        Assert.True(window.TryRaise());
        Assert.Equal(200, window.Limit);
    }

    [Fact]
    public async Task Event_remembers_a_change_while_the_consumer_does_not_wait()
    {
        var waiter = new AsyncAutoResetEvent();
        waiter.Set();
        waiter.Set();
        await waiter.WaitAsync(default).Within();
        Task again = waiter.WaitAsync(default).AsTask();
        Assert.False(again.IsCompleted);
        waiter.Set();
        await again.Within();
    }

    [Fact]
    public async Task Event_remembers_a_change_after_a_cancelled_wait()
    {
        var waiter = new AsyncAutoResetEvent();
        using var cancellation = new CancellationTokenSource();
        Task waiting = waiter.WaitAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within());
        waiter.Set();
        await waiter.WaitAsync(default).Within();
    }

    [Fact]
    public async Task Event_loses_no_change_between_two_threads()
    {
        var waiter = new AsyncAutoResetEvent();
        int produced = 0, seen = 0;
        Task producer = Task.Run(() =>
        {
            for (int i = 0; i < 200_000; i++)
            {
                Interlocked.Increment(ref produced);
                waiter.Set();
            }
        });
        Task consumer = Task.Run(async () =>
        {
            while ((seen = Volatile.Read(ref produced)) < 200_000)
                await waiter.WaitAsync(default);
        });
        await Task.WhenAll(producer, consumer).Within();
        Assert.Equal(200_000, seen);
    }

    // If the path was idle for more than half of the round trip of 100 ms, twice the bytes would not fill it.
    [Theory]
    [InlineData(100, 4)]
    [InlineData(51, 4)]
    [InlineData(50, 2)]
    [InlineData(5, 2)]
    public void Window_grows_when_the_peer_reaches_the_limit_and_the_consumer_waits(int wait, int factor)
    {
        var time = new SetTime();
        var window = new ReceiveWindow(1000, from: 0, time);
        for (long expected = 1000, offset = 0; expected < 16_000; offset = window.Received)
        {
            time.Pass(TimeSpan.FromMilliseconds(100));
            window.Receive(offset, (int)(window.Limit - window.Received));
            window.Consume((int)(window.Received - window.Consumed));
            Assert.True(window.TryRaise());
            time.Pass(TimeSpan.FromMilliseconds(100 - wait));
            window.MarkStarved();
            time.Pass(TimeSpan.FromMilliseconds(wait));
            window.Receive(window.Received, 1);
            window.Consume(1);
            expected *= factor;
            Assert.Equal(expected, window.Size);
            Assert.True(window.TryRaise());
            Assert.Equal(window.Consumed + expected, window.Limit);
        }

        window.End();
    }

    [Fact]
    public void Window_does_not_grow_when_the_limit_or_the_consumer_is_not_the_bottleneck()
    {
        var time = new SetTime();
        var window = new ReceiveWindow(1000, from: 0, time);
        // A slow producer: it sent nothing for long, although the limit allowed more.
        window.Receive(0, 999);
        window.Consume(999);
        Assert.True(window.TryRaise());
        window.MarkStarved();
        time.Pass(TimeSpan.FromSeconds(1));
        window.Receive(999, 2);
        // A slow consumer: all data has arrived and waits for it.
        window.Receive(1001, 998);
        window.MarkStarved();
        time.Pass(TimeSpan.FromSeconds(1));
        window.Consume(600);
        Assert.True(window.TryRaise());
        window.Receive(1999, 1);
        // The path is so short that its delay does not count.
        window.Receive(2000, (int)(window.Limit - 2000));
        window.Consume((int)(window.Received - window.Consumed));
        window.MarkStarved();
        time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.True(window.TryRaise());
        window.Receive(window.Received, 1);
        Assert.False(window.HasGrown);
    }

    // All windows of a process share one growth budget: if one window kept its part, the fifth could not grow.
    [Fact]
    public void Window_returns_its_growth_however_its_stream_ends_and_stops_at_the_maximum()
    {
        for (int i = 0; i < 20; i++)
        {
            var time = new SetTime();
            var window = new ReceiveWindow(1024 * 1024, from: 0, time);
            for (int round = 0; round < 20; round++)
                Exhaust(window, time, TimeSpan.FromMilliseconds(100));
            Assert.Equal(ReceiveWindow.MaxSize, window.Size);

            window.Receive(window.Received, 10);
            if (i % 3 == 0)
                window.Consume(10);
            if (i % 3 < 2)
                window.End();
            else
                window.Discard();
            if (i % 3 == 1)
                window.Consume(10);
        }
    }

    [Fact]
    public void Window_that_has_ended_or_whose_path_was_cut_does_not_grow()
    {
        var time = new SetTime();
        var over = new ReceiveWindow(1000, from: 0, time);
        over.End();
        Exhaust(over, time, TimeSpan.FromMilliseconds(100));
        over.Receive(over.Received, 1);
        Assert.False(over.HasGrown);

        var cut = new ReceiveWindow(1000, from: 0, time);
        Exhaust(cut, time, TimeSpan.FromMilliseconds(100));
        cut.Raise();
        cut.Receive(cut.Received, 1);
        Assert.False(cut.HasGrown);

        var paused = new ReceiveWindow(1000, from: 0, time);
        Exhaust(paused, time, TimeSpan.FromSeconds(5));
        paused.Receive(paused.Received, 1);
        Assert.False(paused.HasGrown);
    }

    // A busy processor may hold up the sender for longer than the path does.
    [Fact]
    public void Window_of_a_short_path_does_not_grow_however_long_its_sender_pauses()
    {
        var time = new SetTime();
        var window = new ReceiveWindow(1000, from: 0, time);
        Exhaust(window, time, TimeSpan.FromMilliseconds(4));
        window.Receive(window.Received, 1);
        for (int round = 0; round < 20; round++)
        {
            Exhaust(window, time, TimeSpan.FromMilliseconds(100));
            window.Receive(window.Received, 1);
        }

        Assert.Equal(1000, window.Size);
        // The path is another one after a reconnect.
        window.Raise();
        Exhaust(window, time, TimeSpan.FromMilliseconds(100));
        window.Receive(window.Received, 1);
        Assert.Equal(4000, window.Size);
    }

    [Fact]
    public void Window_whose_reader_turns_slow_shrinks_to_its_first_size_and_returns_its_growth()
    {
        var time = new SetTime();
        var budget = new WindowBudget(100 << 20);
        var window = new ReceiveWindow(1 << 20, from: 0, time, budget);
        for (int round = 0; round < 10; round++)
        {
            Exhaust(window, time, TimeSpan.FromMilliseconds(100));
            window.Receive(window.Received, 1);
        }

        Assert.Equal(ReceiveWindow.MaxSize, window.Size);
        long most = 0;
        for (int pieces = 0; pieces < 1000; pieces++)
        {
            time.Pass(TimeSpan.FromMilliseconds(100));
            window.Receive(window.Received, (int)(window.Limit - window.Received));
            window.Consume(256 * 1024);
            long limit = window.Limit, size = window.Size;
            bool isSent = window.TryRaise();
            Assert.Equal((limit, size) != (window.Limit, window.Size), isSent);
            Assert.InRange(window.Limit, limit, long.MaxValue);
            Assert.Equal(window.Size - (1 << 20), budget.Taken);
            if (pieces > 500)
                most = Math.Max(most, window.Limit - window.Consumed);
        }

        Assert.Equal(1 << 20, window.Size);
        Assert.InRange(most, 1, 1 << 20);
        // It states its size, although it is the first one again: the sender knows a larger one.
        Assert.True(window.HasGrown);
        // A reader that is fast again gets a large window again.
        Exhaust(window, time, TimeSpan.FromMilliseconds(100));
        window.Receive(window.Received, 1);
        Assert.Equal(4 << 20, window.Size);
    }

    [Fact]
    public void Window_of_a_fast_reader_on_a_long_path_keeps_its_size()
    {
        var time = new SetTime();
        var window = new ReceiveWindow(1 << 20, from: 0, time);
        for (int round = 0; round < 10; round++)
        {
            Exhaust(window, time, TimeSpan.FromMilliseconds(100));
            window.Receive(window.Received, 1);
        }

        // The reader takes what there is, and now and then pauses until most of a window waits.
        for (int round = 0; round < 200; round++)
        {
            time.Pass(TimeSpan.FromMilliseconds(100));
            int count = (int)(window.Limit - window.Received) / (round % 7 == 0 ? 1 : 3);
            window.Receive(window.Received, count);
            window.Consume((int)(window.Received - window.Consumed));
            window.TryRaise();
            Assert.Equal(ReceiveWindow.MaxSize, window.Size);
        }

        window.Discard();
    }

    // The sender keeps at most 1 MiB, so it waits for acknowledgements; the reader is fast, slow, or pauses. All bytes get through, the
    // sender is never told to forget what was not consumed, and a limit is never taken back.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_readers_and_small_senders_never_wait_for_each_other(int seed)
    {
        var random = new Random(seed);
        var time = new SetTime();
        var budget = new WindowBudget(40 << 20);
        var window = new ReceiveWindow(1 << 20, from: 0, time, budget);
        long sent = 0, acknowledged = 0, limit = window.Limit, kept = 1L << random.Next(20, 25);
        bool isFast = true;
        for (int step = 0; step < 20_000; step++)
        {
            if (step % 500 == 0)
                isFast = !isFast;
            long room = Math.Min(limit, acknowledged + kept) - sent;
            bool couldSend = room > 0;
            if (couldSend)
            {
                int count = (int)Math.Min(room, random.Next(1, 256 * 1024));
                window.Receive(sent, count);
                sent += count;
            }

            long waiting = window.Received - window.Consumed;
            Assert.True(couldSend || waiting > 0, $"both wait at {sent}, window {window.Size}, kept {kept}");
            if (waiting > 0 && (isFast || !couldSend || random.Next(8) == 0))
                window.Consume((int)Math.Min(waiting, random.Next(1, 512 * 1024)));
            if (window.Received == window.Consumed)
                window.MarkStarved();
            time.Pass(TimeSpan.FromMilliseconds(random.Next(200)));
            if (!window.TryRaise())
                continue;
            Assert.InRange(window.Limit, limit, long.MaxValue);
            Assert.InRange(window.Limit - window.Size, acknowledged, window.Consumed);
            Assert.InRange(window.Size, 1 << 20, ReceiveWindow.MaxSize);
            (limit, acknowledged) = (window.Limit, window.Limit - window.Size);
        }

        Assert.True(sent > 100L << 20, $"{sent} bytes");
        window.Discard();
        Assert.Equal(0, budget.Taken);
    }

    // The peer sends up to the limit, the consumer takes all of it, and waits.
    private static void Exhaust(ReceiveWindow window, SetTime time, TimeSpan wait)
    {
        time.Pass(wait);
        window.Receive(window.Received, (int)(window.Limit - window.Received));
        window.Consume((int)(window.Received - window.Consumed));
        window.TryRaise();
        window.MarkStarved();
        time.Pass(wait);
    }
}
