using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests;

/// <summary>P1: short or damaged output never looks like success, for any answer of a server.</summary>
public sealed class LyingServerTests : IDisposable
{
    private const string Good = "crc32c:364b3fb7";
    private const string Other = "crc32c:00000001";
    private const string ResultWithoutStreams = """{"type":"result","channel":1,"outcome":"exited","code":0}""";
    private const string Error = """{"type":"error","channel":1,"code":"internal","text":"oops"}""";
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string[]> Lies => new()
    {
        { "no end", [Result(3, Good)] },
        { "end too early", [Ends("stdout", 2, Good), Ends("stderr"), Result(3, Good)] },
        { "end too late", [Ends("stdout", 4, Good), Ends("stderr"), Result(3, Good)] },
        { "another digest", [Ends("stdout", 3, "crc32c:00000001"), Ends("stderr"), Result(3, Good)] },
        { "end and result agree on another digest", [Ends("stdout", 3, Other), Ends("stderr"), Result(3, Other)] },
        { "end and result agree on another total", [Ends("stdout", 4, Good), Ends("stderr"), Result(4, Good)] },
        { "a result with another total", [Ends("stdout", 3, Good), Ends("stderr"), Result(4, Good)] },
        { "a result with another digest", [Ends("stdout", 3, Good), Ends("stderr"), Result(3, "crc32c:00000001")] },
        { "a result without the streams", [Ends("stdout", 3, Good), Ends("stderr"), ResultWithoutStreams] },
        { "an error in place of the result", [Ends("stdout", 3, Good), Ends("stderr"), Error] },
        { "silence and the end", [Ends("stdout", 3, Good), Ends("stderr")] },
        { "goodbye in place of the result", [Ends("stdout", 3, Good), Ends("stderr"), """{"type":"goodbye","reason":"tired"}"""] },
        { "opened twice", [Ends("stdout", 3, Good), Ends("stderr"), """{"type":"opened","channel":1}"""] },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Inconsistent_answer_never_gives_a_result(string lie, string[] frames)
    {
        _ = lie;
        Exception failure = (await Record.ExceptionAsync(() => RunAsync(frames)))!;
        Assert.True(failure is UnverifiedOutputException or ConnectionLostException, $"{failure}");
    }

    [Fact]
    public async Task Consistent_answer_gives_the_result()
        => Assert.Equal(0, (await RunAsync([Ends("stdout", 3, Good), Ends("stderr"), Result(3, Good)])).ExitCode);

    [Fact]
    public async Task Changed_byte_is_detected()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener, [], RawPeer.Data(1, "stdout", 0, "abc"u8.ToArray())[..^1].Append((byte)'d').ToArray());
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => RunAsync(listener));
        await serving.Within();
    }

    public void Dispose() => _folder.Dispose();

    private static string Ends(string stream, long total = 0, string digest = "crc32c:00000000")
        => $$"""{"type":"end","channel":1,"stream":"{{stream}}","total":{{total}},"digest":"{{digest}}"}""";

    private static string Result(long total, string digest)
    {
        string output = $$"""{"total":{{total}},"digest":"{{digest}}"}""";
        string error = """{"total":0,"digest":"crc32c:00000000"}""";
        string streams = $$"""{"stdout":{{output}},"stderr":{{error}} }""";
        return $$"""{"type":"result","channel":1,"outcome":"exited","code":0,"streams":{{streams}} }""";
    }

    private async Task<CommandResult> RunAsync(string[] frames)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener, frames, RawPeer.Data(1, "stdout", 0, "abc"u8.ToArray()));
        CommandResult result = await RunAsync(listener);
        await serving.Within();
        return result;
    }

    private async Task<CommandResult> RunAsync(TcpListener listener)
    {
        var options = new ClientOptions
        {
            Folder = _folder["client"],
            Host = new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port),
            Trust = new() { AcceptNew = true },
            GiveUp = TimeSpan.Zero,
            Authorization = AuthorizationCheck.OnFirstRequest,
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        return (await client.RunBufferedAsync(RemoteCommand.Shell("x")).Within()).Result;
    }

    private async Task ServeAsync(TcpListener listener, string[] frames, byte[] data)
    {
        using var identity = Identity.LoadOrCreate(_folder["host.pem"]);
        using TcpClient tcp = await listener.AcceptTcpClientAsync();
        SecureStream secure = await SecureStream.AcceptAsync(tcp.GetStream(), identity).Within();
        await using Stream stream = secure.Stream;
        using var reader = new FrameReader(stream, FrameLimits.Default);
        string job = "";
        while (job.Length == 0 && await reader.ReadAsync().Within() is { } frame)
        {
            if (frame.Envelope.Type == "open")
                job = JsonDocument.Parse(frame.Header).RootElement.GetProperty("job").GetString()!;
        }

        byte[] opened = RawPeer.Frame($$"""{"type":"opened","channel":1,"job":"{{job}}"}""");
        byte[][] said = [RawPeer.Frame(RawPeer.Hello), opened, data, .. frames.Select(frame => RawPeer.Frame(frame))];
        await stream.WriteAsync(said.SelectMany(part => part).ToArray());
        await stream.FlushAsync();
        if (frames.Length == 2)
            return;
        await LingeringClose.DrainAsync(stream, TimeSpan.FromSeconds(5));
    }
}
