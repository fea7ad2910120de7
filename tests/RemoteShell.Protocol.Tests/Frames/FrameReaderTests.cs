using System.Text;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Frames;

public class FrameReaderTests
{
    // Without optimization every asynchronous method costs an object; the tests are run with it.
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
    public async Task Frames_of_all_sizes_arrive_whole_however_the_network_cuts_them(int maxRead)
    {
        int[] sizes = [0, 1, 100, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 262_144];
        byte[][] bodies = [.. sizes.Select((size, i) => Bytes(size, i))];
        byte[] wire = [.. bodies.SelectMany(body => body.Length == 0 ? RawPeer.Frame("""{"type":"ping","id":1}""") : RawPeer.Data(1, "stdout", 0, body))];
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
    public async Task A_header_as_long_as_the_limit_arrives_and_one_byte_more_is_refused_before_it_came()
    {
        string fits = $$"""{"type":"notice","text":"{{new string('x', 1000 - 27)}}"}""";
        Assert.Equal(1000, fits.Length);
        var limits = new FrameLimits { MaxHeader = 1000, MaxBody = 10 };
        using var reader = new FrameReader(new MemoryStream([.. RawPeer.Frame(fits), .. BitConverter.GetBytes(1001)]), limits);
        Assert.NotNull(await reader.ReadAsync().Within());
        Assert.Equal(ErrorCode.BadHeaderLength, (await Assert.ThrowsAsync<FrameException>(async () => await reader.ReadAsync().Within())).Code);
    }

    [Fact]
    public async Task Reading_data_allocates_nothing_for_each_frame()
    {
        byte[] wire = [.. Enumerable.Range(0, 2000).SelectMany(i => RawPeer.Data(1, "stdout", i * 100, Bytes(100, i)))];
        using var reader = new FrameReader(new MemoryStream(wire), FrameLimits.Default);
        await ReadAsync(reader, 200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        await ReadAsync(reader, 1500);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allowed);
    }

    [Fact]
    public void Writing_a_data_header_allocates_nothing_and_reads_back()
    {
        var header = new FrameBuffer(512);
        StreamHeader.WriteData(header, 7, "stdout", long.MaxValue, 5, new(0xDEADBEEF));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            StreamHeader.WriteData(header, 7, "stdout", long.MaxValue, 5, new(0xDEADBEEF));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("""{"type":"data","channel":7,"stream":"stdout","offset":9223372036854775807,"size":5,"hash":"crc32c:deadbeef"}""", Encoding.UTF8.GetString(header.Memory.Span));
        Assert.Equal(new("stdout", long.MaxValue), StreamHeader.Parse("data", header.Memory.Span));
    }

    // Everything completes at once here, so that one thread does it all and its allocations tell.
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
