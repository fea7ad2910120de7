using Microsoft.Win32.SafeHandles;
using RemoteShell.Client;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>The address that a server listens at.</summary>
public class AddressTests
{
    [Fact]
    public async Task Stopped_server_leaves_its_address_although_a_child_process_has_the_socket()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        await using var server = new TestServer();
        using SafeFileHandle ofChild = CopiedDescriptor.OfListener(server.Address.Port);
        await server.RestartAsync().Within();
        await using RemoteShellClient client = await server.ConnectAsync();
        Assert.Equal("ok\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo ok")).Within()).Output);
    }
}
