using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteShell.Server;
using RemoteShell.Server.Hosting;

// Runs a server as part of a generic host, until Ctrl+C or SIGTERM:  Embedding.Hosted FOLDER
// The folder holds the host key, which is made at the first start, and authorized_keys.
HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddRemoteShellServer(options => options with
{
    Folder = Path.GetFullPath(args[0]),
    Listen = [new(IPAddress.Loopback, 0)],
});

using IHost host = builder.Build();
await host.StartAsync();
foreach (IPEndPoint address in host.Services.GetRequiredService<RemoteShellServer>().Addresses)
    Console.WriteLine($"listening on {address}");
await host.WaitForShutdownAsync();
