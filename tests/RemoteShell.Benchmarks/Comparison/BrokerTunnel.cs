using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Testing.Nats;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>A server and a sink behind one nats-server, and a pump through it. Each figure is a rate in MB/s.</summary>
internal sealed class BrokerTunnel : IAsyncDisposable
{
    private const int Mebibytes = 1024;
    private const string Host = "bench", SinkHost = "sink";

    private readonly string _client;
    private readonly string _program;
    private readonly string _file;
    private readonly NatsServer _broker;
    private readonly TcpListener _sink = new(IPAddress.Loopback, 0);
    private readonly List<Process> _processes = [];

    private BrokerTunnel(string client, string file, NatsServer broker)
        => (_client, _program, _file, _broker) = (client, Path.Combine(Path.GetDirectoryName(client)!, "rsh-broker"), file, broker);

    /// <summary>Starts the broker, and what is behind it.</summary>
    /// <param name="own">The server.</param>
    /// <param name="folder">A folder for files.</param>
    /// <param name="file">A file of 1 GiB.</param>
    public static async Task<BrokerTunnel> StartAsync(OwnServer own, string folder, string file)
    {
        var tunnel = new BrokerTunnel(own.Client, file, await NatsServer.StartAsync());
        try
        {
            tunnel._sink.Start();
            _ = tunnel.AcceptAsync();
            await tunnel.ServeAsync(Host, own.Host);
            await tunnel.ServeAsync(SinkHost, $"{tunnel._sink.LocalEndpoint}");
            string ready = Path.Combine(folder, "pump-ready");
            tunnel._processes.Add(await Simulator.StartAsync(ready, "pump", "--url", tunnel._broker.Url));
            return tunnel;
        }
        catch
        {
            await tunnel.DisposeAsync();
            throw;
        }
    }

    /// <summary>The file as the output of a command.</summary>
    public Task<double> RunAsync()
        => RateAsync($"exec '{_client}' run --accept-new --broker {_broker.Url} {Host} 'cat {_file}' > /dev/null");

    /// <summary>The file to the sink, without a server.</summary>
    public Task<double> DialAsync() => RateAsync($"exec '{_program}' dial --url {_broker.Url} {SinkHost} < {_file}");

    /// <summary>As many bytes without a tunnel.</summary>
    public async Task<double> PumpAsync()
    {
        string rate = await Shell.OutputAsync(Simulator.Path, ["pump", "--url", _broker.Url, "--mebibytes", $"{Mebibytes}"]);
        return double.Parse(rate.Trim(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
            await Shell.EndAsync(process);
        _sink.Dispose();
        await _broker.DisposeAsync();
    }

    private static async Task<double> RateAsync(string line) => Mebibytes * 1.048576 / (await Shell.LineAsync(line) / 1000);

    private async Task ServeAsync(string name, string server)
    {
        Process serve = Shell.Start(_program, "serve", "--url", _broker.Url, "--name", name, "--server", server);
        _processes.Add(serve);
        _ = serve.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        string log = "";
        while (await serve.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains("serving", StringComparison.Ordinal))
            {
                _ = serve.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return;
            }

            log += $"{line}\n";
        }

        throw new InvalidOperationException(log);
    }

    // Until the listener is closed.
    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = DrainAsync(await _sink.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task DrainAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.CopyToAsync(Stream.Null);
    }
}
