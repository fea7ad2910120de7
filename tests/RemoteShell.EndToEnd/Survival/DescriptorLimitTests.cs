using System.Net;
using System.Net.Sockets;
using RemoteShell.Client;

namespace RemoteShell.EndToEnd.Survival;

public class DescriptorLimitTests
{
    // More than the server needs for its start.
    private const int Limit = 200;

    private const int Spare = 10;

    [Fact]
    public async Task Server_survives_a_time_without_file_descriptors()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: prlimit(1) and /proc");
        await using var programs = new Programs();
        await programs.CreateKeysAsync();
        await programs.StartServerThroughAsync(
            "prlimit", $"--nofile={Limit}:{Limit}", Programs.ServerPath, "run", "--listen", "127.0.0.1:0",
            "--handshake-time", "1h", "--max-handshakes", "1000", "--penalty-exempt", "127.0.0.0/8");
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(programs.ClientOptions).Within();
        Assert.Equal(0, (await RunAsync(client)).ExitCode);

        int needed = Descriptors(programs);
        Socket[] silent = [.. Enumerable.Range(0, 2 * Limit).Select(_ => Connect(programs.Host))];
        await Waiting.Until(() => Descriptors(programs) >= Limit - 1, "the server has no descriptor left");
        // One request fails, and neither the connection nor the server.
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.Equal(0, (await RunAsync(client)).ExitCode));
        Assert.False(programs.Server.HasExited);

        foreach (Socket socket in silent)
            socket.Dispose();
        await Waiting.Until(() => Descriptors(programs) <= needed + Spare, "the server has descriptors again");
        Assert.Equal(0, (await RunAsync(client)).ExitCode);
        Assert.Equal("on\n", (await programs.ClientAsync("run", programs.Host, "echo on")).Text);
    }

    private static Task<BufferedResult> RunAsync(RemoteShellClient client) => client.RunBufferedAsync(RemoteCommand.Shell("true")).Within();

    private static Socket Connect(string host)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPEndPoint.Parse(host));
        return socket;
    }

    private static int Descriptors(Programs programs) => Directory.GetFiles($"/proc/{programs.Server.Id}/fd").Length;
}
