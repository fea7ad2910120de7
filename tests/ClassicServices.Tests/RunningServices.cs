using System.Net;
using System.Net.Sockets;
using ClassicServices.Server;
using ClassicServices.Server.Hosting;

namespace ClassicServices.Tests;

/// <summary>Services on free ports of both loopback addresses.</summary>
internal sealed class RunningServices : IAsyncDisposable
{
    private readonly ClassicHost _host;

    /// <summary>A gap that no pause of a busy machine is taken for: for tests in which every message ends with a newline.</summary>
    public static readonly TimeSpan Lines = TimeSpan.FromMinutes(1);

    private RunningServices(ClassicHost host) => _host = host;

    public static RunningServices Start(string service, TimeSpan? idleTimeout = null, bool noTime = false, TimeSpan? gap = null)
        => new(ClassicHost.Start(new()
        {
            Services = [ServiceTable.Find(service)],
            Ports = new Dictionary<string, int> { [service] = 0 },
            IdleTimeout = idleTimeout,
            NoTime = noTime,
            MessageGap = gap ?? new ClassicOptions().MessageGap,
        }));

    public IPEndPoint Address(ProtocolType protocol = ProtocolType.Tcp, AddressFamily family = AddressFamily.InterNetwork)
        => _host.Listening.First(one => one.Protocol == protocol && one.Address.AddressFamily == family).Address;

    public int Present => _host.Present.Count();

    public Task<RawClient> ConnectAsync(AddressFamily family = AddressFamily.InterNetwork) => RawClient.ConnectAsync(Address(family: family));

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
