using System.Net;

namespace RemoteShell.EndToEnd.SshPrograms;

/// <summary>tar in a pipe, over a connection that is cut in the middle.</summary>
public sealed class TarTests
{
    private const int Size = 6_000_000, CutAfter = 2_000_000;

    [Theory]
    [InlineData("tar -cf - src | rsh-ssh cut \"mkdir -p $W/dst && tar -xf - -C $W/dst\"")]
    [InlineData("mkdir dst; rsh-ssh cut \"tar -cf - -C $W src\" | tar -xf - -C dst")]
    public async Task Tree_arrives_byte_for_byte_through_a_cut(string pipe)
    {
        SshFolder.Need("tar");
        await using SshFolder folder = await SshFolder.StartAsync();
        await using var relay = new TcpRelay(IPEndPoint.Parse(folder.Programs.Host));
        relay.Budget = connection => connection == 0 ? CutAfter : long.MaxValue;
        await folder.AddHostAsync("cut", $"Port {relay.Address.Port}", "AcceptNew yes");
        await folder.RunAsync($"""
            mkdir -p src/sub
            head -c {Size} /dev/urandom >src/large
            for i in $(seq 100); do echo $i >"src/sub/file $i"; done
            {pipe}
            diff -r src dst/src
            """);
        Assert.True(relay.Connections > 1, "the connection was not cut");
    }
}
