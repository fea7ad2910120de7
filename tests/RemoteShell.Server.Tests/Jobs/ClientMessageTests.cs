namespace RemoteShell.Server.Tests.Jobs;

/// <summary>The messages of a client to its running job.</summary>
public class ClientMessageTests
{
    [Fact]
    public async Task Unknown_signal_is_answered_with_a_notice_and_the_job_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a POSIX shell");
        await using var server = new TestServer();
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Exec(1, "exec sleep 300"));
        await peer.ReadAsync("opened");
        await peer.SendAsync(RawPeer.Frame("""{"type":"signal","channel":1,"name":"NONSENSE"}"""));
        Assert.Contains("unknown signal", await peer.ReadAsync("notice"), StringComparison.Ordinal);
        await peer.SendAsync(RawPeer.Frame("""{"type":"signal","channel":1,"name":"TERM"}"""));
        Assert.Contains("\"signal\":\"TERM\"", await peer.ReadAsync("result"), StringComparison.Ordinal);
    }
}
