using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.BarePump;

/// <summary>The client's side of each pump. Ends when the last byte has arrived.</summary>
internal static class PumpClient
{
    /// <summary>Writes the files of the server to standard output.</summary>
    public static async Task FetchAsync(int port, IEnumerable<string> files)
    {
        await using SslStream tls = await ConnectAsync(port, PumpOrder.Fetch);
        await tls.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\0', files) + "\0\0"));
        await using FileStream output = OpenOutput();
        await Pump.CopyAsync(tls, output);
    }

    /// <summary>Sends standard input, and waits until the server has all of it.</summary>
    public static async Task StoreAsync(int port)
    {
        await using SslStream tls = await ConnectAsync(port, PumpOrder.Store);
        await using FileStream input = OpenInput();
        await Pump.CopyAsync(input, tls);
        await tls.ShutdownAsync();
        await tls.ReadExactlyAsync(new byte[1]);
    }

    /// <summary>Sends standard input, and writes what comes back to standard output.</summary>
    public static async Task ThroughAsync(int port)
    {
        await using SslStream tls = await ConnectAsync(port, PumpOrder.Through);
        await using FileStream input = OpenInput(), output = OpenOutput();
        Task back = Pump.CopyAsync(tls, output);
        await Pump.CopyAsync(input, tls);
        await tls.ShutdownAsync();
        await back;
    }

    private static async Task<SslStream> ConnectAsync(int port, PumpOrder order)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        SslStream tls = await PumpTls.ConnectAsync(new NetworkStream(socket, ownsSocket: true));
        await tls.WriteAsync(new[] { (byte)order });
        return tls;
    }

    private static FileStream OpenInput() => new(Enlarged(0), FileAccess.Read, bufferSize: 0);

    private static FileStream OpenOutput() => new(Enlarged(1), FileAccess.Write, bufferSize: 0);

    private static SafeFileHandle Enlarged(int descriptor)
    {
        var handle = new SafeFileHandle(descriptor, ownsHandle: false);
        PipeSize.Enlarge(handle);
        return handle;
    }
}
