using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Server.Hosting;

namespace RemoteShell.Server.Tests.Hosting;

public class HostedServerTests
{
    [Fact]
    public async Task Server_starts_and_stops_with_its_host_and_logs_through_it()
    {
        using var folder = new TemporaryFolder();
        using var log = new CapturedLog();
        using IHost host = CreateHost(folder["server"], log);
        await host.StartAsync(TestContext.Current.CancellationToken).Within();

        RemoteShellServer server = host.Services.GetRequiredService<RemoteShellServer>();
        Assert.NotEmpty(server.HostKey.Fingerprint);
        Assert.Contains(log.Messages, message => message.StartsWith("serving as ", StringComparison.Ordinal)
            && message.EndsWith($", on {server.Addresses[0]}", StringComparison.Ordinal));
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync(TestContext.Current.CancellationToken));

        await host.StopAsync(TestContext.Current.CancellationToken).Within();
        Assert.True(server.Stopped.IsCompletedSuccessfully);
        Assert.Contains("stopped", log.Messages);
    }

    [Fact]
    public async Task Constructor_makes_no_files_and_a_failed_start_releases_the_folder()
    {
        using var folder = new TemporaryFolder();
        // An address of another machine: the start fails after the jobs have been recovered.
        var options = new ServerOptions { Folder = folder["server"], Listen = [new(IPAddress.Parse("203.0.113.1"), 1)] };
        await using (var failing = new RemoteShellServer(options))
        {
            Assert.False(Directory.Exists(folder["server"]));
            Assert.Throws<InvalidOperationException>(() => failing.HostKey);
            await Assert.ThrowsAsync<RemoteShellException>(() => failing.StartAsync(TestContext.Current.CancellationToken));

            await using var second = new RemoteShellServer(options with { Listen = [new(IPAddress.Loopback, 0)] });
            Assert.Single(await second.StartAsync(TestContext.Current.CancellationToken));
        }
    }

    private static IHost CreateHost(string folder, CapturedLog log)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddRemoteShellServer(options => options with
        {
            Folder = folder,
            Listen = [new(IPAddress.Loopback, 0)],
        });
        return builder.Build();
    }
}
