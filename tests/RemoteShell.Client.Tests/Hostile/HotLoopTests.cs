using System.Text.Json;

namespace RemoteShell.Client.Tests.Hostile;

/// <summary>A server that ends each connection causes neither a loop without pauses nor endless messages.</summary>
public class HotLoopTests
{
    // In this time a client without pauses connects several hundred times.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    // Three attempts without a pause, and then pauses that double. A byte on each connection is progress: then the pauses stay short.
    private const int MostWithoutProgress = 15;
    private const int MostWithProgress = 45;

    private const string Opened = """{"type":"opened","channel":1,"job":"ASKED"}""";
    private const string Goodbye = """{"type":"goodbye","reason":"tired"}""";
    private const string Stopping = """{"type":"error","channel":1,"code":"stopping","text":"soon"}""";
    private const string Limit = """{"type":"error","code":"limit","text":"full"}""";

    public static TheoryData<string> Behaviours =>
    [
        "resets before the handshake",
        "resets after the handshake",
        "hello and goodbye at once",
        "hello and reset",
        "hello and limit",
        "hello and reset at the request",
        "opened and reset",
        "opened and stopping",
        "notices and reset",
        "one byte of output and reset",
    ];

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task Client_pauses_between_attempts_at_a_server_that_ends_connections(string behaviour)
    {
        await using var server = new HostileServer(connection => BehaveAsync(connection, behaviour))
        {
            ResetsBeforeHandshake = _ => behaviour == "resets before the handshake",
        };
        int messages = 0;
        ClientOptions options = server.Options with
        {
            Lost = _ => Interlocked.Increment(ref messages),
            Restored = () => Interlocked.Increment(ref messages),
            Noticed = _ => Interlocked.Increment(ref messages),
        };
        using var window = new CancellationTokenSource(Window);
        await Record.ExceptionAsync(() => RunAsync(options, window.Token));
        int most = behaviour == "one byte of output and reset" ? MostWithProgress : MostWithoutProgress;
        Assert.InRange(server.Connections, 2, most);
        // The notices have a limit of their own.
        Assert.InRange(messages, 0, behaviour == "notices and reset" ? 150 : 2 * most);
    }

    [Theory]
    [InlineData("hello and goodbye at once")]
    [InlineData("opened and reset")]
    [InlineData("hello and reset at the request")]
    public async Task Client_gives_up_on_a_server_that_only_greets(string behaviour)
    {
        await using var server = new HostileServer(connection => BehaveAsync(connection, behaviour));
        ClientOptions options = server.Options with { GiveUp = TimeSpan.FromSeconds(1) };
        var failure = await Assert.ThrowsAsync<ConnectionLostException>(() => RunAsync(options, CancellationToken.None).Within());
        Assert.Contains("did not come back within 1 s", failure.Message);
    }

    private static async Task RunAsync(ClientOptions options, CancellationToken cancellationToken)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options, cancellationToken);
        await client.RunAsync(RemoteCommand.Shell("x"), new(), cancellationToken);
    }

    private static async Task BehaveAsync(HostileConnection connection, string behaviour)
    {
        switch (behaviour)
        {
            case "hello and goodbye at once":
                await connection.SayAsync(RawPeer.Hello, Goodbye);
                await connection.DrainAsync();
                break;
            case "hello and reset":
                await connection.SayAsync(RawPeer.Hello);
                break;
            case "hello and limit":
                await connection.SayAsync(RawPeer.Hello, Limit);
                await connection.DrainAsync();
                break;
            case "hello and reset at the request":
                await connection.SayAsync(RawPeer.Hello);
                await connection.ReadOpenAsync();
                break;
            case "opened and reset":
                await connection.SayAsync(RawPeer.Hello);
                await connection.ReadOpenAsync();
                await connection.SayAsync(Opened);
                break;
            case "opened and stopping":
                await connection.SayAsync(RawPeer.Hello);
                await connection.ReadOpenAsync();
                await connection.SayAsync(Opened, Stopping);
                await connection.DrainAsync();
                break;
            case "notices and reset":
                string[] notices = [.. Enumerable.Repeat("""{"type":"notice","text":"look"}""", 1000)];
                await connection.SayAsync([RawPeer.Hello, .. notices]);
                break;
            case "one byte of output and reset":
                await connection.SayAsync(RawPeer.Hello);
                JsonElement open = await connection.ReadOpenAsync();
                await connection.SayAsync(Opened);
                await connection.SendAsync(RawPeer.Data(1, "stdout", From(open), "x"u8.ToArray()));
                break;
        }

        connection.Reset();
    }

    private static long From(JsonElement open) => open.TryGetProperty("streams", out JsonElement streams)
        && streams.TryGetProperty("stdout", out JsonElement output) && output.TryGetProperty("from", out JsonElement from)
        ? from.GetInt64()
        : 0;
}
