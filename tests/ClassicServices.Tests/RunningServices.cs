using System.Net;
using System.Net.Sockets;
using ClassicServices.Server;
using ClassicServices.Server.Conversations;
using ClassicServices.Server.Hosting;

namespace ClassicServices.Tests;

/// <summary>A service on a free port of both loopback addresses.</summary>
internal sealed class RunningServices : IAsyncDisposable
{
    private readonly ClassicHost _host;

    /// <summary>Longer than any pause of a busy machine: for tests in which every message ends with a newline.</summary>
    public static readonly TimeSpan LongGap = TimeSpan.FromMinutes(1);

    private RunningServices(ClassicHost host) => _host = host;

    public static RunningServices Start(string service, TimeSpan? idleTimeout = null, bool noTime = false, TimeSpan? gap = null)
        => new(ClassicHost.Start(new()
        {
            Services = [ServiceTable.Find(service)],
            Ports = new Dictionary<string, int> { [service] = 0 },
            IdleTimeout = idleTimeout,
            NoTime = noTime,
            MessageGap = gap ?? ClassicOptions.DefaultMessageGap,
        }));

    public IPEndPoint Address(ProtocolType protocol = ProtocolType.Tcp, AddressFamily family = AddressFamily.InterNetwork)
        => _host.Listening.First(one => one.Protocol == protocol && one.Address.AddressFamily == family).Address;

    /// <summary>The number of connected peers.</summary>
    public int Connected => _host.Connected.Count();

    public Task<RawClient> ConnectAsync(AddressFamily family = AddressFamily.InterNetwork)
        => RawClient.ConnectAsync(Address(family: family));

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
