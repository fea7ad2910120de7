using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace RemoteShell.Client.Tests.Connections;

public sealed class LoggingTests
{
    [Fact]
    public async Task Connects_losses_reconnects_and_refusals_are_logged()
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address);
        using var log = new MemoryLog();
        ClientOptions options = server.Options with { Host = new(IPAddress.Loopback.ToString(), relay.Address.Port), LoggerFactory = log };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        await Assert.ThrowsAsync<RequestRefusedException>(() => client.WaitAsync("0000000000000000").Within());
        relay.Cut();
        await Waiting.Until(() => !client.IsConnected, "the connection is lost");
        await client.Command("true").ExecuteAsync().Within();
        string[] expected = ["Information: connected to", "Warning: ", "Warning: lost the connection to", "Information: reconnected to"];
        Assert.Equal(expected.Length, log.Lines.Count);
        Assert.All(log.Lines.Zip(expected), pair => Assert.StartsWith(pair.Second, pair.First));
        Assert.Contains("refused wait (not-found)", log.Lines.ElementAt(1));
    }

    [Fact]
    public async Task Failed_connect_is_logged()
    {
        await using var server = new TestServer();
        using var log = new MemoryLog();
        ClientOptions stranger = server.ClientOptions("stranger") with { LoggerFactory = log };
        await Assert.ThrowsAsync<UnauthorizedException>(() => RemoteShellClient.ConnectAsync(stranger).Within());
        Assert.StartsWith("Warning: cannot connect to", log.Lines.Last());
    }

    private sealed class MemoryLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel > LogLevel.Debug)
                Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
