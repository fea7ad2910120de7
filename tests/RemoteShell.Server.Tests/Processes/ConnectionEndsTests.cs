using System.Net;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Tests.Processes;

/// <summary>The addresses of a connection, as sshd writes them.</summary>
public sealed class ConnectionEndsTests
{
    [Theory]
    [InlineData("10.0.0.2", "10.0.0.1", "10.0.0.2 5000 7022", "10.0.0.2 5000 10.0.0.1 7022")]
    [InlineData("::ffff:10.0.0.2", "::ffff:10.0.0.1", "10.0.0.2 5000 7022", "10.0.0.2 5000 10.0.0.1 7022")]
    [InlineData("fe80::2%3", "::1", "fe80::2%3 5000 7022", "fe80::2%3 5000 ::1 7022")]
    public void Addresses_are_written_as_sshd_writes_them(string client, string server, string shortForm, string longForm)
    {
        var ends = new ConnectionEnds(Peer.At(new(IPAddress.Parse(client), 5000)), new(IPAddress.Parse(server), 7022));
        Assert.Equal((shortForm, longForm), (ends.SshClient, ends.SshConnection));
    }

    [Fact]
    public void Ends_of_a_tunnel_are_unknown()
    {
        var ends = new ConnectionEnds(Peer.Tunnel(7), null);
        Assert.Equal("UNKNOWN", ends.ClientHost);
        Assert.Equal("UNKNOWN 65535 65535", ends.SshClient);
        Assert.Equal("UNKNOWN 65535 UNKNOWN 65535", ends.SshConnection);
    }
}
