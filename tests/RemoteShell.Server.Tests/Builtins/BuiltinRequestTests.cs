using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Builtins;

public class BuiltinRequestTests
{
    [Fact]
    public async Task Builtin_gets_all_words_after_its_name()
    {
        await using var server = new TestServer();
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        string exec = $$"""{"type":"open","channel":1,"request":"exec","job":"{{JobId.New()}}","builtin":["upper","one","two"]}""";
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(exec));
        (string Type, uint Channel, string Header, byte[] Body)? frame;
        do
            frame = await peer.ReadAsync();
        while (frame is not (null or { Type: "data" }));
        Assert.Equal("ONE TWO\n"u8.ToArray(), frame?.Body);
    }
}
