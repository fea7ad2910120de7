using RemoteShell.Protocol.Channels;

namespace RemoteShell.Protocol.Tests.Channels;

public class WindowTests
{
    [Fact]
    public async Task A_sender_takes_what_may_be_sent_and_waits_for_the_rest()
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
    public async Task An_older_limit_takes_nothing_back_and_the_highest_does_not_overflow()
    {
        var window = new SendWindow(10);
        window.Extend(5);
        Assert.Equal(10, window.Limit);
        window.Extend(long.MaxValue);
        Assert.Equal(int.MaxValue, await window.TakeAsync(int.MaxValue, default).Within());
    }

    [Fact]
    public async Task A_sender_that_waits_hears_of_the_end_and_of_its_cancellation()
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
    public void A_receiver_takes_only_what_comes_next_and_within_its_limit()
    {
        var window = new ReceiveWindow(100);
        window.Receive(0, 60);
        Assert.Equal(ErrorCode.BadOffset, Assert.Throws<ChannelException>(() => window.Receive(59, 1)).Code);
        Assert.Equal(ErrorCode.BadOffset, Assert.Throws<ChannelException>(() => window.Receive(61, 1)).Code);
        Assert.Equal(ErrorCode.WindowOverrun, Assert.Throws<ChannelException>(() => window.Receive(60, 41)).Code);
        window.Receive(60, 40);
    }

    [Fact]
    public void Credit_comes_back_in_steps_of_half_the_window()
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
    public async Task A_change_while_nobody_waits_is_not_forgotten()
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
    public async Task No_change_is_lost_between_two_threads()
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

    [Fact]
    public void A_window_grows_where_the_peer_has_used_it_up_and_the_consumer_waits_for_the_path()
    {
        var time = new SetTime();
        var window = new ReceiveWindow(1000, from: 0, time);
        for (long expected = 1000, offset = 0; expected < 16_000; offset = window.Received)
        {
            window.Receive(offset, (int)(window.Limit - window.Received));
            window.Consume((int)(window.Received - window.Consumed));
            Assert.True(window.TryRaise());
            window.MarkStarved();
            time.Pass(TimeSpan.FromMilliseconds(100));
            window.Receive(window.Received, 1);
            window.Consume(1);
            expected *= 2;
            Assert.Equal(expected, window.Size);
            Assert.True(window.TryRaise());
            Assert.Equal(window.Consumed + expected, window.Limit);
        }

        window.End();
    }

    [Fact]
    public void A_window_does_not_grow_where_the_peer_had_leave_for_more_or_the_consumer_did_not_wait()
    {
        var time = new SetTime();
        var window = new ReceiveWindow(1000, from: 0, time);
        // A slow producer: nothing came for long, and more might have.
        window.Receive(0, 999);
        window.Consume(999);
        Assert.True(window.TryRaise());
        window.MarkStarved();
        time.Pass(TimeSpan.FromSeconds(1));
        window.Receive(999, 2);
        // A slow consumer: all is there, and waits for it.
        window.Receive(1001, 998);
        window.MarkStarved();
        time.Pass(TimeSpan.FromSeconds(1));
        window.Consume(600);
        Assert.True(window.TryRaise());
        window.Receive(1999, 1);
        // A path so short that it is none.
        window.Receive(2000, (int)(window.Limit - 2000));
        window.Consume((int)(window.Received - window.Consumed));
        window.MarkStarved();
        time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.True(window.TryRaise());
        window.Receive(window.Received, 1);
        Assert.False(window.HasGrown);
    }

    // All windows of a process share what they may grow by: if one kept its part, the fifth could not grow.
    [Fact]
    public void What_a_window_has_grown_by_is_given_back_however_its_stream_ends_and_it_grows_no_further_than_the_largest()
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
    public void A_window_that_is_over_and_one_whose_path_was_cut_do_not_grow()
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

    // The peer sends all that it may, the consumer takes it, and waits.
    private static void Exhaust(ReceiveWindow window, SetTime time, TimeSpan wait)
    {
        window.Receive(window.Received, (int)(window.Limit - window.Received));
        window.Consume((int)(window.Received - window.Consumed));
        window.TryRaise();
        window.MarkStarved();
        time.Pass(wait);
    }

    private sealed class SetTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
