using System.Text.Json;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>Nothing that a client sends can forge a line of the log, or reach the terminal that shows it as a control character.</summary>
public sealed class LogInjectionTests : IAsyncDisposable
{
    // An escape, the end of a line, a control of 8 bits, a separator of lines, a mark of direction.
    private const string Evil = "x\u001b[2J\nINF forged\u009b1m\u2028y\u202ez\u2066w";

    private readonly TestServer _server = new();

    /// <summary>A field that a client controls, and the frames that bring it into the log.</summary>
    public static TheoryData<string, string> Fields => new()
    {
        { "command", Exec("\"command\":EVIL") },
        { "argument", Exec("\"argv\":[\"/bin/echo\",EVIL]") },
        { "program", Exec("\"argv\":[EVIL]") },
        { "built-in", Exec("\"builtin\":[EVIL]") },
        { "line", Exec("\"line\":EVIL,\"in\":\"0123456789abcdef\"") },
        { "conversation", Exec("\"conversation\":EVIL") },
        { "folder", Exec("\"command\":\"true\",\"cwd\":EVIL") },
        { "variable", Exec("\"command\":\"true\",\"env\":{EVIL:\"v\"}") },
        { "error text", $"{Exec("\"command\":\"sleep 300\"")}\n{{\"type\":\"error\",\"channel\":1,\"code\":\"internal\",\"text\":EVIL}}" },
        { "error code", $"{Exec("\"command\":\"sleep 300\"")}\n{{\"type\":\"error\",\"channel\":1,\"code\":EVIL,\"text\":\"t\"}}" },
        {
            "stream",
            $"{Exec("\"command\":\"sleep 300\"")}\n"
                + "{\"type\":\"end\",\"channel\":1,\"stream\":EVIL,\"total\":0,\"digest\":\"crc32c:00000000\"}"
        },
        { "type", $"{Exec("\"command\":\"sleep 300\"")}\n{{\"type\":EVIL,\"channel\":1}}" },
        { "goodbye", "{\"type\":\"goodbye\",\"reason\":EVIL}" },
        { "connection error", "{\"type\":\"error\",\"code\":\"internal\",\"text\":EVIL}" },
        { "connection type", "{\"type\":EVIL}" },
        { "agent", "{\"type\":\"hello\",\"version\":1,\"agent\":EVIL}" },
        { "path", "{\"type\":\"open\",\"channel\":1,\"request\":\"get\",\"path\":EVIL}" },
        { "request", "{\"type\":\"open\",\"channel\":1,\"request\":EVIL}" },
        { "notice", "{\"type\":\"open\",\"channel\":1,\"request\":\"notify\",\"id\":\"i\",\"text\":EVIL}" },
        { "job", "{\"type\":\"open\",\"channel\":1,\"request\":\"wait\",\"job\":EVIL}" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Text_of_a_client_is_escaped_in_the_log(string field, string frames)
    {
        _ = field;
        string evil = JsonSerializer.Serialize(Evil);
        await using (RawPeer peer = await RawPeer.ConnectAsync(_server))
        {
            await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
            foreach (string frame in frames.Split('\n'))
            {
                await peer.SendAsync(RawPeer.Frame(frame.Replace("EVIL", evil, StringComparison.Ordinal)));
                if (frame.Contains("sleep", StringComparison.Ordinal))
                    await peer.ReadAsync("opened");
            }

            await PingAsync(peer);
        }

        await Waiting.Until(() => _server.Log.Any(line => line.Contains(" left: ", StringComparison.Ordinal)), "the end of it is logged");
        await Waiting.Until(() => HasEnded("job "), "the end of the job is logged");
        Assert.All(_server.Log, AssertHarmless);
        Assert.All(
            _server.Events.SelectMany(entry => entry.Properties).Select(property => property.Value).OfType<string>(),
            AssertHarmless);
    }

    [Fact]
    public async Task Name_of_a_key_is_escaped_in_the_log()
    {
        File.WriteAllText(_server.AuthorizedKeys.Path, $"{_server.Identity.PublicKey} {Evil.Replace('\n', 'n')}\n");
        await using (RawPeer peer = await RawPeer.ConnectAsync(_server))
            await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        await Waiting.Until(() => _server.Log.Any(line => line.Contains(" left: ", StringComparison.Ordinal)), "the end of it is logged");
        Assert.Contains(_server.Log, line => line.Contains("forged", StringComparison.Ordinal));
        Assert.All(_server.Log, AssertHarmless);
    }

    [Fact]
    public async Task Addresses_of_the_server_are_in_the_log()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        Assert.Contains(_server.Log, line => line.EndsWith($", on {_server.Address}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Long_text_of_a_client_does_not_fill_the_log()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        string name = new('a', 200_000);
        string frame = $$"""{"type":"open","channel":1,"request":"exec","job":"{{JobId.New()}}","builtin":["{{name}}"]}""";
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(frame));
        Assert.Contains("never-started", await peer.ReadAsync("result"));
        await Waiting.Until(() => HasEnded("job "), "the end of the job is logged");
        Assert.All(_server.Log, line => Assert.InRange(line.Length, 0, 5000));
    }

    [Fact]
    public async Task Log_names_the_addresses_and_not_the_type_of_their_list()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        string line = Assert.Single(_server.Log, line => line.StartsWith("serving as ", StringComparison.Ordinal));
        Assert.Contains("127.0.0.1:", line);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string Exec(string form)
        => $"{{\"type\":\"open\",\"channel\":1,\"request\":\"exec\",\"job\":\"{JobId.New()}\",{form}}}";

    // Returns when the server has read everything, or has ended the connection.
    private static async Task PingAsync(RawPeer peer)
    {
        try
        {
            await peer.SendAsync(RawPeer.Frame("""{"type":"ping","id":1}"""));
            await peer.ReadAsync("pong");
        }
        catch (IOException)
        {
            // The connection has ended. EndOfStreamException is one of these.
        }
    }

    private bool HasEnded(string word)
    {
        int started = _server.Log.Count(line => line.StartsWith(word, StringComparison.Ordinal) && line.Contains(" started for "));
        return started == _server.Log.Count(line => line.StartsWith(word, StringComparison.Ordinal) && line.Contains(" ended for "));
    }

    private static void AssertHarmless(string line)
        => Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e' or '\u2066');
}
