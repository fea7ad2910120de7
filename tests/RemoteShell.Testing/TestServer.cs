using System.Collections.Concurrent;
using System.Net;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Testing;

/// <summary>A real server on a free loopback port, with keys and folders of its own, and one client that it knows.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CapturedLog _log = new();
    private readonly ServerOptions _options;

    public TestServer(Func<ServerOptions, ServerOptions>? configure = null)
    {
        var options = new ServerOptions
        {
            Folder = _folder["server"],
            Listen = [new(IPAddress.Loopback, FreePort.Take())],
            KillGrace = TimeSpan.FromSeconds(2),
            StopGrace = TimeSpan.FromSeconds(1),
            // Clients of a test fail on purpose, and all have the same address.
            PenaltyExempt = [IPNetwork.Parse("127.0.0.0/8")],
        };
        options = configure?.Invoke(options) ?? options;
        Identity = Identity.LoadOrCreate(ClientOptions("client", new(0L, 0)).IdentityFile);
        AuthorizedKeys = new(options.AuthorizedKeysFile);
        AuthorizedKeys.Add($"{Identity.PublicKey} test");
        _options = options;
        Server = Make();
        // Blocks, since tests make a server in field initializers.
        Address = Server.StartAsync().GetAwaiter().GetResult()[0];
    }

    public RemoteShellServer Server { get; private set; }

    public IPEndPoint Address { get; }

    /// <summary>The options with which the server started.</summary>
    public ServerOptions ServerOptions => _options;

    /// <summary>The client's key.</summary>
    public Identity Identity { get; }

    public AuthorizedKeys AuthorizedKeys { get; }

    public string Folder => _folder.Path;

    /// <summary>The messages that the server has logged.</summary>
    public ConcurrentQueue<string> Log => _log.Messages;

    /// <summary>What the server has logged, with all properties.</summary>
    public ConcurrentQueue<LogEntry> Events => _log.Entries;

    /// <summary>The authorized client's options.</summary>
    public ClientOptions Options => ClientOptions("client", Address);

    /// <summary>Options for a client with another key.</summary>
    public ClientOptions ClientOptions(string name) => ClientOptions(name, Address);

    public Task<RemoteShellClient> ConnectAsync() => RemoteShellClient.ConnectAsync(Options).Within();

    /// <summary>Stops the server, and starts another one at the same address and folder.</summary>
    public async Task RestartAsync()
    {
        await Server.DisposeAsync();
        Server = Make();
        await Server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Identity.Dispose();
        _folder.Dispose();
    }

    private RemoteShellServer Make()
        => new(Address is null ? _options : _options with { Listen = [Address] }, _log);

    private ClientOptions ClientOptions(string name, IPEndPoint address) => new()
    {
        Folder = _folder[name],
        Host = new(address.Address.ToString(), address.Port),
        Trust = new() { AcceptNew = true },
    };
}
