using System.Text;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Frames;

public class FrameReaderTests
{
    // Without optimization each asynchronous method allocates an object. The test run uses optimized builds.
#if DEBUG
    private const int Allowed = 1500 * 1000;
#else
    private const int Allowed = 1500;
#endif

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public async Task Frames_of_all_sizes_arrive_however_the_network_splits_them(int maxRead)
    {
        int[] sizes = [0, 1, 100, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 262_144];
        byte[][] bodies = [.. sizes.Select((size, i) => Bytes(size, i))];
        byte[] ping = RawPeer.Frame("""{"type":"ping","id":1}""");
        byte[] wire = [.. bodies.SelectMany(body => body.Length == 0 ? ping : RawPeer.Data(1, "stdout", 0, body))];
        using var reader = new FrameReader(new FaultyStream(new MemoryStream(wire), new() { MaxRead = maxRead }), FrameLimits.Default);
        foreach (byte[] body in bodies)
        {
            ReceivedFrame frame = (await reader.ReadAsync().Within())!.Value;
            using PooledBytes came = frame.Body;
            Assert.True(frame.IsIntact);
            Assert.True(came.Memory.Span.SequenceEqual(body));
        }

        Assert.Null(await reader.ReadAsync().Within());
    }

    [Fact]
    public async Task Header_at_the_limit_is_read_and_one_byte_more_is_refused_unread()
    {
        string fits = $$"""{"type":"notice","text":"{{new string('x', 1000 - 27)}}"}""";
        Assert.Equal(1000, fits.Length);
        var limits = new FrameLimits { MaxHeader = 1000, MaxBody = 10 };
        using var reader = new FrameReader(new MemoryStream([.. RawPeer.Frame(fits), .. BitConverter.GetBytes(1001)]), limits);
        Assert.NotNull(await reader.ReadAsync().Within());
        var error = await Assert.ThrowsAsync<FrameException>(async () => await reader.ReadAsync().Within());
        Assert.Equal(ErrorCode.BadHeaderLength, error.Code);
    }

    [Fact]
    public async Task Reading_a_data_frame_does_not_allocate()
    {
        byte[] wire = [.. Enumerable.Range(0, 2000).SelectMany(i => RawPeer.Data(1, "stdout", i * 100, Bytes(100, i)))];
        using var reader = new FrameReader(new MemoryStream(wire), FrameLimits.Default);
        await ReadAsync(reader, 200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        await ReadAsync(reader, 1500);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allowed);
    }

    [Fact]
    public void Writing_a_data_header_does_not_allocate_and_reads_back()
    {
        var header = new FrameBuffer(512);
        StreamHeader.WriteData(header, 7, "stdout", long.MaxValue, 5, new(0xDEADBEEF));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            StreamHeader.WriteData(header, 7, "stdout", long.MaxValue, 5, new(0xDEADBEEF));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(
            """{"type":"data","channel":7,"stream":"stdout","offset":9223372036854775807,"size":5,"hash":"crc32c:deadbeef"}""",
            Encoding.UTF8.GetString(header.Memory.Span));
        Assert.Equal(new("stdout", long.MaxValue), StreamHeader.Parse("data", header.Memory.Span));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(262_144)]
    public async Task Body_before_hello_is_rejected(int size)
    {
        byte[] frame = RawPeer.Frame($$"""{"type":"hello","version":1,"size":{{size}},"hash":"crc32c:c1d04330"}""", "a"u8.ToArray());
        using var reader = new FrameReader(new MemoryStream(frame), FrameLimits.BeforeHello);
        var error = await Assert.ThrowsAsync<FrameException>(() => reader.ReadAsync().Within());
        Assert.Equal(ErrorCode.BadSize, error.Code);
    }

    [Fact]
    public void Limits_before_hello_allow_a_short_header_and_no_body()
        => Assert.Equal((16_384, 0), (FrameLimits.BeforeHello.MaxHeader, FrameLimits.BeforeHello.MaxBody));

    // Everything completes synchronously here, so all allocations are on this thread and can be counted.
    private static async ValueTask ReadAsync(FrameReader reader, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ReceivedFrame frame = (await reader.ReadAsync())!.Value;
            if (StreamHeader.Parse("data", frame.Header.Span).Stream != "stdout")
                throw new InvalidOperationException("another stream");
            frame.Body.Dispose();
        }
    }

    private static byte[] Bytes(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
