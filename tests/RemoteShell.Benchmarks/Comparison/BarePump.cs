using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RemoteShell.BarePump;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Two native processes that carry bytes over TLS as RemoteShell does, without frames and checksums.</summary>
/// <remarks>What they reach is the limit of the way below RemoteShell.</remarks>
internal sealed class BarePump : IAsyncDisposable
{
    private readonly string _program;
    private readonly Process _server;

    private BarePump(string program, Process server, int port) => (_program, _server, Port) = (program, server, port);

    /// <summary>Where its server listens on loopback.</summary>
    public int Port { get; }

    /// <summary>Starts the server.</summary>
    /// <param name="folder">The folder with the program.</param>
    public static async Task<BarePump> StartAsync(string folder)
    {
        string program = Path.Combine(folder, "RemoteShell.BarePump");
        Process server = Shell.Start(program, "serve");
        string port = await server.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException(await server.StandardError.ReadToEndAsync());
        return new(program, server, int.Parse(port, CultureInfo.InvariantCulture));
    }

    /// <summary>A shell's command that writes the server's files to standard output.</summary>
    public string Fetch(string files) => $"'{_program}' fetch {Port} {files}";

    /// <summary>A shell's command that sends standard input to the server.</summary>
    public string Store() => $"'{_program}' store {Port}";

    /// <summary>A shell's command that passes standard input through <c>cat</c> at the server to standard output.</summary>
    public string Through() => $"'{_program}' through {Port}";

    /// <summary>Connects to a server that sends each byte back.</summary>
    public async Task<Stream> EchoAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        Stream tls = await PumpTls.ConnectAsync(new NetworkStream(socket, ownsSocket: true));
        await tls.WriteAsync(new[] { (byte)PumpOrder.Echo });
        return tls;
    }

    public async ValueTask DisposeAsync() => await Shell.EndAsync(_server);
}
