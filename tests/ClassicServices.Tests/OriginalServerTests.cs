using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClassicServices.Tests;

/// <summary>The clients against servers that behave like the originals.</summary>
/// <remarks>One read of up to 1024 bytes is a message, and one send is its answer.</remarks>
public sealed class OriginalServerTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public static TheoryData<string, string, string> Dialogs => new()
    {
        { "calc", "1+2\nx\n", "the result of << 1+2 is 3 >>.\n<< x >> is invalid math expression\n" },
        { "upper", "hello\nworld\n", "HELLO\nWORLD\n" },
        { "exec-raw", "echo hello\n", "hello\n" },
        { "exec-length", "echo hello\ntrue\necho x\n", "hello\nx\n" },
        { "exec-json", "echo hello\ntrue\necho x\n", "hello\nx\n" },
        { "reply", "你好\nb\n", "好的,我是服务端\n好的,我是服务端\n" },
        { "time", "好\nb\n", "[Fri Sep 30 16:26:40 2016] 好\n[Fri Sep 30 16:26:40 2016] b\n" },
        { "time-line", "好\nb\n", "[Fri Sep 30 16:26:40 2016] 好\n[Fri Sep 30 16:26:40 2016] b\n" },
        { "time-async", "b\n", "[Fri Sep 30 16:26:40 2016] b \n" },
        { "ack", "a\nb\n", "ACK\nACK\n" },
    };

    private string Port => ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Dialogs))]
    public async Task The_client_works_with_the_original_server(string service, string input, string output)
    {
        _listener.Start();
        Task serving = ServeAsync(service);
        (int status, string shown, string error) = await ProgramTests.RunClientAsync(input, service, "--port", Port);
        Assert.Equal((output, "", 0), (shown, error, status));
        _listener.Stop();
        await serving.Within();
    }

    [Fact]
    public async Task The_client_rejects_damaged_output_if_there_is_a_hash()
    {
        _listener.Start();
        Task serving = ServeAsync("damaged");
        (int status, _, string error) = await ProgramTests.RunClientAsync("echo hello\n", "exec-json", "--port", Port);
        Assert.Equal(1, status);
        Assert.Contains("the output is damaged", error);
        _listener.Stop();
        await serving.Within();
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(string service)
    {
        try
        {
            while (true)
            {
                using Socket client = await _listener.AcceptSocketAsync();
                var buffer = new byte[1024];
                while (await client.ReceiveAsync(buffer) is > 0 and int count)
                {
                    byte[] answer = Answer(service, buffer[..count]);
                    if (answer.Length > 0)
                        await client.SendAsync(answer);
                    if (service == "time-line")
                        break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private static byte[] Answer(string service, byte[] message)
    {
        string text = Encoding.UTF8.GetString(message), command = text.Trim();
        byte[] output = Encoding.UTF8.GetBytes(command == "true" ? "" : $"{command.Replace("echo ", "", StringComparison.Ordinal)}\n");
        string hash = service == "damaged" ? "\"crc32c:00000000\"" : "null";
        byte[] header = Encoding.UTF8.GetBytes($"{{\"filename\": null, \"hash\": {hash}, \"size\": {output.Length}}}");
        byte[] stamped = [.. "[Fri Sep 30 16:26:40 2016] "u8, .. message];
        return service switch
        {
            "calc" when command == "1+2" => "the result of << 1+2 is 3 >>."u8.ToArray(),
            "calc" => Encoding.UTF8.GetBytes($"<< {command} >> is invalid math expression"),
            "upper" => Encoding.UTF8.GetBytes(text.ToUpperInvariant()),
            "exec-raw" => output,
            "exec-length" => [.. Length(output.Length), .. output],
            "exec-json" or "damaged" => [.. Length(header.Length), .. header, .. output],
            "reply" => Wire.Characters.Gbk.GetBytes("好的,我是服务端"),
            "time" or "time-line" => stamped,
            "time-async" => [.. stamped, (byte)' '],
            _ => "ACK"u8.ToArray(),
        };
    }

    // As Python's struct.pack('i', length) does.
    private static byte[] Length(int length)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return bytes;
    }
}
