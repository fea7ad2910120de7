using System.Text;
using RemoteShell.Client.Forwarding;

namespace RemoteShell.Client.Tests.Forwarding;

/// <summary>What SOCKS clients send, in pieces of any size.</summary>
public sealed class SocksRequestTests
{
    private const string Greeting = "05 01 00";

    // The bytes, the host and port that they ask for, and the replies before the request is done.
    public static TheoryData<string, string, int, string> Valid => new()
    {
        { "04 01 00 50 7F 00 00 01 00", "127.0.0.1", 80, "" },
        { "04 01 1F 90 0A 00 00 02 62 6F 62 00", "10.0.0.2", 8080, "" },
        { "04 01 00 50 00 00 00 01 00 64 62 2E 6C 61 6E 00", "db.lan", 80, "" },
        { $"{Greeting} 05 01 00 01 7F 00 00 01 00 50", "127.0.0.1", 80, "05 00" },
        { $"{Greeting} 05 01 00 03 06 64 62 2E 6C 61 6E 01 BB", "db.lan", 443, "05 00" },
        { $"{Greeting} 05 01 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 16", "::1", 22, "05 00" },
        { "05 03 02 01 00 05 01 00 01 7F 00 00 01 00 50", "127.0.0.1", 80, "05 00" },
    };

    // The bytes, a part of the fault, and the last reply.
    public static TheoryData<string, string, string> Wrong => new()
    {
        { "47", "not a version", "" },
        { "16 03 01 02", "not a version", "" },
        { "05 00", "authenticate", "05 FF" },
        { "05 02 01 02", "authenticate", "05 FF" },
        { "04 02 00 50 7F 00 00 01 00", "BIND", "00 5B 00 00 00 00 00 00" },
        { "04 01 00 00 7F 00 00 01 00", "not valid", "00 5B 00 00 00 00 00 00" },
        { "04 01 00 50 00 00 00 01 00 00", "not valid", "00 5B 00 00 00 00 00 00" },
        { "04 01 00 50 00 00 00 01 00 64 0A 62 00", "not valid", "00 5B 00 00 00 00 00 00" },
        { $"{Greeting} 04 01 00 01 7F 00 00 01 00 50", "not 5", "05 01 00 01 00 00 00 00 00 00" },
        { $"{Greeting} 05 02 00 01 7F 00 00 01 00 50", "BIND", "05 07 00 01 00 00 00 00 00 00" },
        { $"{Greeting} 05 03 00 01 7F 00 00 01 00 50", "UDP ASSOCIATE", "05 07 00 01 00 00 00 00 00 00" },
        { $"{Greeting} 05 09 00 01 7F 00 00 01 00 50", "the command 9", "05 07 00 01 00 00 00 00 00 00" },
        { $"{Greeting} 05 01 00 02 7F 00", "kind of the address", "05 08 00 01 00 00 00 00 00 00" },
        { $"{Greeting} 05 01 00 03 00 00 50", "not valid", "05 01 00 01 00 00 00 00 00 00" },
        { $"{Greeting} 05 01 00 03 02 C3 A9 00 50", "not valid", "05 01 00 01 00 00 00 00 00 00" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public void Request_is_read_whole_however_it_is_cut(string bytes, string host, int port, string replies)
    {
        byte[] request = Bytes(bytes), following = "GET /"u8.ToArray();
        for (int seed = 0; seed < 200; seed++)
        {
            (SocksRequest read, byte[] left, byte[] sent) = Feed([.. request, .. following], new(seed));
            Assert.True(read.IsComplete);
            Assert.Equal((null, host, port), (read.Fault, read.Host, read.Port));
            Assert.Equal(following, left);
            Assert.Equal(Bytes(replies), sent);
        }
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_request_has_a_fault_and_its_reply(string bytes, string fault, string reply)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            (SocksRequest read, _, _) = Feed(Bytes(bytes), new(seed));
            Assert.True(read.IsComplete);
            Assert.Null(read.Host);
            Assert.Contains(fault, read.Fault, StringComparison.Ordinal);
            Assert.Equal(Bytes(reply), read.FaultReply);
        }
    }

    [Fact]
    public void Text_without_an_end_is_refused()
    {
        (SocksRequest read, _, _) = Feed([4, 1, 0, 80, 0, 0, 0, 1, .. Encoding.ASCII.GetBytes(new string('x', 300))], new(1));
        Assert.Contains("more than 255 bytes", read.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_end_or_wait_and_never_throw()
    {
        var random = new Random(42);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 600)];
            random.NextBytes(bytes);
            bytes[0] = (byte)random.Next(4, 6);
            if (bytes.Length > 3 && random.Next(2) == 0)
                (bytes[1], bytes[2], bytes[3]) = (1, 0, (byte)random.Next(4, 6));
            (SocksRequest read, _, _) = Feed(bytes, random);
            if (read.Host is { } host)
                Assert.True(read is { IsComplete: true, Fault: null, Port: > 0 } && host.Length is > 0 and <= 255);
        }
    }

    [Fact]
    public void Replies_have_the_codes_of_their_versions()
    {
        Assert.Equal(Bytes("05 05 00 01 00 00 00 00 00 00"), ReplyTo($"{Greeting} 05", SocksReply.Refused));
        Assert.Equal(Bytes("05 00 00 01 00 00 00 00 00 00"), ReplyTo($"{Greeting} 05", SocksReply.Granted));
        Assert.Equal(Bytes("00 5A 00 00 00 00 00 00"), ReplyTo("04", SocksReply.Granted));
        Assert.Equal(Bytes("00 5B 00 00 00 00 00 00"), ReplyTo("04", SocksReply.NotAllowed));

        static byte[] ReplyTo(string bytes, SocksReply reply)
        {
            var request = new SocksRequest();
            request.Take(Bytes(bytes), out _);
            return request.Reply(reply);
        }
    }

    // Returns what was not taken, and what was replied meanwhile.
    private static (SocksRequest Request, byte[] Following, byte[] Sent) Feed(byte[] bytes, Random random)
    {
        var request = new SocksRequest();
        List<byte> sent = [];
        int taken = 0;
        while (taken < bytes.Length && !request.IsComplete)
        {
            int piece = random.Next(1, bytes.Length - taken + 1);
            taken += request.Take(bytes.AsSpan(taken, piece), out byte[] reply);
            sent.AddRange(reply);
        }

        return (request, bytes[taken..], [.. sent]);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
