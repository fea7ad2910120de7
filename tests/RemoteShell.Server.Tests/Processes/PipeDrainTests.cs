using System.Diagnostics;
using System.Text;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Tests.Processes;

/// <summary>When a pipe counts as held by a process that was left behind.</summary>
public class PipeDrainTests
{
    private static readonly CancellationToken Gone = new(canceled: true);

    [Fact]
    public async Task Pipe_at_its_end_is_not_held_though_the_reader_learns_of_it_too_late()
    {
        (PipeDrain drain, StringBuilder read) = Drain();
        await drain.ReadAllAsync(new Starved("the rest") { IsHungUp = true }, Gone).Within();
        Assert.False(drain.WasHeld);
        Assert.Equal("the rest", read.ToString());
    }

    [Fact]
    public async Task Pipe_that_another_process_has_open_is_held()
    {
        (PipeDrain drain, _) = Drain();
        await drain.ReadAllAsync(new Starved("") { IsHungUp = false }, Gone).Within();
        Assert.True(drain.WasHeld);
    }

    [Fact]
    public async Task Pipe_is_not_held_by_a_command_whose_start_is_under_way()
    {
        (PipeDrain drain, _) = Drain();
        var pipe = new Starved("") { IsHungUp = false };
        var begins = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var executes = new TaskCompletionSource();
        Task other = Task.Run(() => ChildProcesses.Start(Execute, _ => null));
        await begins.Task.Within();
        Task reading = drain.ReadAllAsync(pipe, Gone);
        await Waiting.Until(() => pipe.Cancelled > 1, "a grace has passed");
        // The child executes its program, which closes its copy of the pipe.
        pipe.IsHungUp = true;
        executes.SetResult();
        await other.Within();
        await reading.Within();
        Assert.False(drain.WasHeld);

        bool Execute()
        {
            begins.SetResult();
            executes.Task.Wait();
            return true;
        }
    }

    [Fact]
    public async Task Small_pieces_in_quick_succession_are_read_many_at_a_time()
    {
        var pipe = new Chattering(pieces: 5_000, each: TimeSpan.FromMicroseconds(10));
        (PipeDrain drain, StringBuilder read) = Drain();
        await drain.ReadAllAsync(pipe, CancellationToken.None).Within();
        Assert.Equal(5_000, read.Length);
        Assert.InRange(pipe.Reads, 1, 2_500);
    }

    private static (PipeDrain Drain, StringBuilder Read) Drain()
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[64];
        var drain = new PipeDrain(
            TimeSpan.FromMilliseconds(20),
            () => ValueTask.FromResult<Memory<byte>>(buffer),
            count => text.Append(Encoding.ASCII.GetString(buffer, 0, count)));
        return (drain, text);
    }

    // A pipe whose reads with a token never complete, as on a machine that gives the reader no time.
    private sealed class Starved(string rest) : MemoryStream(Encoding.ASCII.GetBytes(rest)), IReadableBytes
    {
        private volatile bool _isHungUp;
        private int _cancelled;

        public int Available => 0;

        public bool IsHungUp
        {
            get => _isHungUp;
            set => _isHungUp = value;
        }

        public int Cancelled => Volatile.Read(ref _cancelled);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!cancellationToken.CanBeCanceled)
                return await base.ReadAsync(buffer, cancellationToken);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                Interlocked.Increment(ref _cancelled);
            }

            return 0;
        }
    }

    // A process that writes a byte at regular times, whether it is read or not.
    private sealed class Chattering(int pieces, TimeSpan each) : MemoryStream
    {
        private readonly Stopwatch _running = Stopwatch.StartNew();
        private int _read;

        public int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            if (_read == pieces)
                return new(0);
            while (Written == _read)
                Thread.SpinWait(1);
            int count = Math.Min(Written - _read, buffer.Length);
            buffer.Span[..count].Fill((byte)'x');
            _read += count;
            return new(count);
        }

        private int Written => (int)Math.Min(_running.Elapsed / each, pieces);
    }
}
