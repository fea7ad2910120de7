using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Messages;

/// <summary>The messages that are read and written without metadata, compared with the serializer.</summary>
public class PlainMessageTests
{
    private const string Job = "0123456789abcdef";

    // What a field may hold: mostly values of some field's type, so that many messages are plain.
    private static readonly string[] Values =
    [
        "0", "1", "7", "255", "16384", "2147483647", "2147483648", "-1", "1.5", "1e3", "99999999999999999999", "true", "false", "null",
        "\"\"", "\"a\"", "\"exited\"", "\"\\u00e4\\n\"", "\"中\"", $"\"{Job}\"", "[]", "[\"stdout\"]", "[\"a\",\"b\"]", "[1]", "[null]",
        "{}", "{\"header\":20000,\"body\":1024,\"channels\":8}", "{\"header\":20000}", "{\"header\":null}", "{\"header\":\"1\"}",
        "{\"other\":{}}",
        "{\"user\":1.5,\"system\":2}", "{\"user\":1}", "{\"user\":1,\"user\":1,\"system\":2}",
        "{\"stdout\":{\"total\":5,\"digest\":\"crc32c:00000000\"}}", "{\"stdout\":{\"total\":5}}", "{\"stdout\":null}",
        "{\"a\":{\"total\":1,\"digest\":\"crc32c:00000000\"},\"a\":{\"total\":2,\"digest\":\"crc32c:00000000\"}}",
    ];

    private static readonly string[] Fields =
    [
        "type", "channel", "version", "agent", "limits", "motd", "features", "job", "window", "detached", "tty", "position", "outcome",
        "code", "nextKey", "signal", "reason", "streams", "duration", "usage", "held", "cwd", "fault", "other", "\\u0063ode",
    ];

    public static TheoryData<string> Plain => new(
        """{"type":"hello","version":1}""",
        """
        {"type":"hello","version":1,"agent":"a","limits":{"header":262144,"body":262144,"channels":64},"motd":"\u00e4","features":["x"]}
        """,
        $$"""{"type":"opened","channel":1,"job":"{{Job}}","window":1048576}""",
        $$"""{"type":"opened","channel":1,"job":"{{Job}}","window":0,"tty":true,"detached":true}""",
        """{"type":"result","channel":1,"outcome":"exited","code":0}""",
        """
        {"type":"result","channel":4294967295,"outcome":"signaled","code":137,"signal":"KILL","reason":"r","duration":1.25,
        "streams":{"stdout":{"total":9223372036854775807,"digest":"crc32c:00000000"},"stderr":{"total":0,"digest":"crc32c:00000000"}},
        "usage":{"user":1.5,"system":0},"held":["stdout"],"cwd":"/","fault":"f"}
        """);

    [Theory]
    [MemberData(nameof(Plain))]
    public void Message_of_a_command_is_plain_and_is_read_as_by_the_serializer(string json)
    {
        string type = JsonDocument.Parse(json).RootElement.GetProperty("type").GetString()!;
        byte[] header = Encoding.UTF8.GetBytes(json);
        Message? message = PlainMessageReader.Read(type, header);
        Assert.NotNull(message);
        Assert.Equal(Text(MessageCodec.DecodeWithMetadata(type, header)!), Text(message));
        for (int length = 0; length < header.Length; length++)
            Assert.Null(PlainMessageReader.Read(type, header.AsSpan(0, length)));
        Assert.Null(PlainMessageReader.Read(type, [.. header, .. "{}"u8]));
    }

    [Fact]
    public void Random_messages_are_read_as_by_the_serializer_or_left_to_it()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        int plain = 0;
        for (int i = 0; i < 100_000; i++)
        {
            string type = random.GetItems<string>(["hello", "opened", "result"], 1)[0];
            string json = MakeMessage(type, random);
            byte[] header = Encoding.UTF8.GetBytes(json);
            if (PlainMessageReader.Read(type, header) is not { } message)
                continue;
            plain++;
            Assert.True(Text(message) == TextBySerializer(type, header), $"seed {seed}: {json}");
        }

        Assert.InRange(plain, 1_000, 99_000);
    }

    [Fact]
    public void Hello_is_written_as_by_the_serializer()
    {
        HelloMessage[] all =
        [
            new() { Version = 1 },
            new() { Version = -7, Agent = "ä\"<中\n", Motd = "", Features = ["a", "b\\"], Channel = 3 },
            new() { Version = 1, Motd = "m", Limits = new() { Header = int.MaxValue, Body = 0, Channels = -1 } },
            new() { Version = 1, Proof = new() { Signature = new byte[] { 1, 2 }, Time = 5 } },
            new() { Version = 1, Key = "k" },
            new() { Version = 1, Keys = ["SHA256:a+b", "c"] },
            new() { Version = 1, NextKey = new() { Key = "k", Signature = new byte[] { 1, 255, 3 } } },
        ];
        foreach (HelloMessage hello in all)
            Assert.Equal(Text(hello), Encoding.UTF8.GetString(MessageCodec.Encode(hello)));
    }

    private static string MakeMessage(string type, Random random)
    {
        // The required fields first, so that many messages are complete.
        string[] required = type switch
        {
            "hello" => ["\"version\":1"],
            "result" => ["\"outcome\":\"exited\"", "\"code\":0"],
            _ => [],
        };
        IEnumerable<string> fields = Enumerable.Range(0, random.Next(3))
            .Select(_ => string.Create(CultureInfo.InvariantCulture, $"\"{Pick(Fields, random)}\":{Pick(Values, random)}"));
        return $"{{{string.Join(',', [$"\"type\":\"{type}\"", .. required.Where(_ => random.Next(10) > 0), .. fields])}}}";
    }

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];

    private static string? TextBySerializer(string type, byte[] header)
    {
        try
        {
            return Text(MessageCodec.DecodeWithMetadata(type, header)!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(Message message)
    {
        JsonTypeInfo type = message switch
        {
            HelloMessage => MessageJson.Default.HelloMessage,
            OpenedMessage => MessageJson.Default.OpenedMessage,
            _ => MessageJson.Default.ResultMessage,
        };
        return JsonSerializer.Serialize(message, type);
    }
}
