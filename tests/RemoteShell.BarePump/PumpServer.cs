using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RemoteShell.BarePump;

/// <summary>Serves pumps on a free loopback port.</summary>
internal static class PumpServer
{
    /// <summary>Prints the port, and serves until the process is ended.</summary>
    public static async Task RunAsync()
    {
        using X509Certificate2 certificate = PumpTls.MakeCertificate();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        while (true)
            _ = ServeAsync(await listener.AcceptSocketAsync(), certificate);
    }

    private static async Task ServeAsync(Socket socket, X509Certificate2 certificate)
    {
        try
        {
            socket.NoDelay = true;
            await using SslStream tls = await PumpTls.AcceptAsync(new NetworkStream(socket, ownsSocket: true), certificate);
            byte[] order = new byte[1];
            await tls.ReadExactlyAsync(order);
            await ServeAsync(tls, (PumpOrder)order[0]);
        }
        catch (IOException)
        {
            // The client has left.
        }
    }

    private static async Task ServeAsync(SslStream tls, PumpOrder order)
    {
        switch (order)
        {
            case PumpOrder.Fetch:
                await FetchAsync(tls);
                break;
            case PumpOrder.Store:
                await StoreAsync(tls);
                break;
            case PumpOrder.Through:
                await ThroughAsync(tls);
                break;
            case PumpOrder.Echo:
                await Pump.CopyAsync(tls, tls);
                break;
            default:
                throw new IOException($"{order} is no order");
        }
    }

    private static async Task FetchAsync(SslStream tls)
    {
        using Process cat = StartCat(await ReadPathsAsync(tls));
        cat.StandardInput.Close();
        await Pump.CopyAsync(cat.StandardOutput.BaseStream, tls);
        await cat.WaitForExitAsync();
        await tls.ShutdownAsync();
    }

    private static async Task StoreAsync(SslStream tls)
    {
        await using (FileStream target = File.OpenWrite("/dev/null"))
            await Pump.CopyAsync(tls, target);
        await tls.WriteAsync(new byte[1]);
    }

    private static async Task ThroughAsync(SslStream tls)
    {
        using Process cat = StartCat([]);
        Task back = Pump.CopyAsync(cat.StandardOutput.BaseStream, tls);
        await Pump.CopyAsync(tls, cat.StandardInput.BaseStream);
        cat.StandardInput.Close();
        await back;
        await cat.WaitForExitAsync();
        await tls.ShutdownAsync();
    }

    private static Process StartCat(IEnumerable<string> files)
    {
        Process cat = Process.Start(new ProcessStartInfo("cat", files) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        PipeSize.Enlarge(((PipeStream)cat.StandardOutput.BaseStream).SafePipeHandle);
        PipeSize.Enlarge(((PipeStream)cat.StandardInput.BaseStream).SafePipeHandle);
        return cat;
    }

    private static async Task<List<string>> ReadPathsAsync(SslStream tls)
    {
        var paths = new List<string>();
        var path = new List<byte>();
        byte[] one = new byte[1];
        while (true)
        {
            await tls.ReadExactlyAsync(one);
            if (one[0] != 0)
            {
                path.Add(one[0]);
                continue;
            }

            if (path.Count == 0)
                return paths;
            paths.Add(Encoding.UTF8.GetString([.. path]));
            path.Clear();
        }
    }
}
