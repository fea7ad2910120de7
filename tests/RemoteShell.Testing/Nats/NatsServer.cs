using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Testing.Nats;

/// <summary>The real nats-server, with JetStream, on a port of the loopback address.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    private static readonly string? Program = Find();

    private readonly TemporaryFolder _folder = new();
    private readonly string _configuration;
    private Process? _process;

    private NatsServer(string configuration) => _configuration = configuration;

    /// <summary>Whether nats-server is installed.</summary>
    public static bool IsInstalled => Program is not null;

    /// <summary>Why a test is skipped without it.</summary>
    public static string Missing => "needs nats-server, which is not installed";

    public IPEndPoint Address { get; } = new(IPAddress.Loopback, FreePort.Take());

    /// <summary>The address for clients.</summary>
    public string Url => $"nats://{Address}";

    /// <summary>What it has logged.</summary>
    public string Log => string.Join('\n', File.ReadLines(LogPath));

    private string LogPath => _folder["log"];

    /// <summary>Starts a server, and waits until it answers.</summary>
    /// <param name="configuration">More of its configuration, such as users and what they may do.</param>
    public static async Task<NatsServer> StartAsync(string configuration = "")
    {
        var server = new NatsServer(configuration);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill();
        await process.WaitForExitAsync().Within();
        process.Dispose();
    }

    /// <summary>Starts it again on the same port, with the same store.</summary>
    public async Task StartAgainAsync()
    {
        string file = _folder["configuration"];
        await File.WriteAllTextAsync(file, $"listen: \"{Address}\"\njetstream {{ store_dir: \"{_folder["store"]}\" }}\n{_configuration}\n");
        _process = Process.Start(Program ?? throw new InvalidOperationException(Missing), ["-c", file, "-l", LogPath]);
        await Waiting.UntilAsync(AnswersAsync, "nats-server answers");
    }

    /// <summary>Kills it, and starts it again.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private static string? Find()
        => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin".Split(':')
            .Select(folder => Path.Combine(folder, "nats-server"))
            .FirstOrDefault(File.Exists);

    // Its first line begins with INFO.
    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"nats-server ended: {Log}");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Address);
            return await socket.ReceiveAsync(new byte[1]) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
