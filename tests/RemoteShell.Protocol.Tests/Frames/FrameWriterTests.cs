using System.Text;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Tests.Frames;

public class FrameWriterTests
{
    [Fact]
    public async Task Waiting_frames_are_sent_in_one_write()
    {
        var stream = new GatedStream();
        var writer = new FrameWriter(stream, _ => { });
        writer.Post("{\"type\":\"first\"}"u8);
        for (int i = 0; i < 100; i++)
            writer.Post("{\"type\":\"more\"}"u8);
        stream.Open();
        await writer.CompleteAsync().Within();
        Assert.Equal(2, stream.Writes.Count);
        Assert.Equal(100 * (4 + 15), stream.Writes[1].Length);
    }

    [Fact]
    public async Task Producers_take_turns_and_messages_pass_them()
    {
        var stream = new GatedStream();
        var writer = new FrameWriter(stream, _ => { });
        Task blocker = WriteAsync(writer, "blocker", 1);
        // Each producer adds its next frame when the previous one was sent, as byte streams do.
        Task[] producers = [.. "abc".Select(name => WriteAsync(writer, name.ToString(), 5))];
        writer.Post("{\"type\":\"message\"}"u8);
        stream.Open();
        await Task.WhenAll([blocker, .. producers]).Within();
        string[] order = [.. (await FramesAsync(stream)).Skip(1)];
        Assert.Equal("message", order[0]);
        Assert.Equal("abcabcabcabcabc", string.Concat(order.Skip(1)));
    }

    [Fact]
    public async Task Broken_stream_fails_all_waiting_and_all_later_writers()
    {
        var stream = new GatedStream();
        var failure = new TaskCompletionSource<Exception>();
        var writer = new FrameWriter(stream, failure.SetResult);
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(i => WriteAsync(writer, $"p{i}", 1))];
        stream.Break(new IOException("broken"));
        Assert.Equal("broken", (await failure.Task.Within()).Message);
        foreach (Task task in waiting)
            await Assert.ThrowsAsync<IOException>(() => task.Within());
        await Assert.ThrowsAsync<IOException>(() => WriteAsync(writer, "late", 1).Within());
        await writer.CompleteAsync().Within();
    }

    [Fact]
    public async Task Peer_that_never_reads_ends_the_connection_and_does_not_fill_the_memory()
    {
        var failure = new TaskCompletionSource<Exception>();
        var writer = new FrameWriter(new GatedStream(), failure.SetResult);
        byte[] header = Encoding.UTF8.GetBytes($$"""{"type":"notice","text":"{{new string('x', 100_000)}}"}""");
        for (int i = 0; i < 100; i++)
            writer.Post(header);
        Assert.Equal(ErrorCode.Overflow, Assert.IsType<FrameException>(await failure.Task.Within()).Code);
    }

    private static async Task WriteAsync(FrameWriter writer, string name, int count)
    {
        var slot = new WriteSlot();
        for (int i = 0; i < count; i++)
        {
            slot.Header.Clear();
            string hash = Checksum.Of(new byte[100_000]).ToString();
            slot.Header.Append(Encoding.UTF8.GetBytes($$"""{"type":"{{name}}","size":100000,"hash":"{{hash}}"}"""));
            await writer.WriteAsync(slot, new byte[100_000]);
        }
    }

    private static async Task<List<string>> FramesAsync(GatedStream stream)
    {
        using var reader = new FrameReader(new MemoryStream([.. stream.Writes.SelectMany(write => write)]), FrameLimits.Default);
        var types = new List<string>();
        while (await reader.ReadAsync() is { } frame)
        {
            types.Add(frame.Envelope.Type);
            frame.Body.Dispose();
        }

        return types;
    }

    // Blocks the first write until it is opened, as a full socket does.
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<byte[]> Writes { get; } = [];

        public void Open() => _gate.SetResult();

        public void Break(Exception e) => _gate.SetException(e);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _gate.Task.WaitAsync(cancellationToken);
            Writes.Add(buffer.ToArray());
        }
    }
}
