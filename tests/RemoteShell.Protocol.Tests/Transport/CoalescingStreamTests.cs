using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Transport;

public class CoalescingStreamTests
{
    [Fact]
    public async Task Writes_are_passed_on_together_at_a_flush_and_at_once_before_buffering_begins()
    {
        using var inner = new MemoryStream();
        await using var stream = new CoalescingStream(inner);
        await stream.WriteAsync("handshake"u8.ToArray(), TestContext.Current.CancellationToken).AsTask().Within();
        Assert.Equal("handshake", Encoding.UTF8.GetString(inner.ToArray()));
        stream.IsBuffering = true;
        await stream.WriteAsync(" a"u8.ToArray(), TestContext.Current.CancellationToken).AsTask().Within();
        await stream.WriteAsync(" b"u8.ToArray(), TestContext.Current.CancellationToken).AsTask().Within();
        Assert.Equal("handshake", Encoding.UTF8.GetString(inner.ToArray()));
        await stream.FlushAsync(TestContext.Current.CancellationToken).Within();
        Assert.Equal("handshake a b", Encoding.UTF8.GetString(inner.ToArray()));
    }
}
