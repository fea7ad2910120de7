using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Frames;

/// <summary>Feeds random bytes. A failure prints its seed; RSH_FUZZ_SEED runs only that seed.</summary>
public class FuzzTests
{
    private const int Runs = 20_000;

    private static readonly string[] Seeds =
    [
        """{"type":"hello","version":1,"agent":"x","limits":{"header":1,"body":2,"channels":3},"features":["a"]}""",
        """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","argv":["a","b"],"env":{"A":"b"},"timeout":5}""",
        """{"type":"open","channel":3,"request":"get","path":"/x","window":5}""",
        """{"type":"data","channel":1,"stream":"stdin","offset":0,"size":4,"hash":"crc32c:9ae0daaf"}""",
        """{"type":"window","channel":1,"stream":"stdout","limit":12}""",
        """{"type":"end","channel":1,"stream":"stdin","total":4,"digest":"crc32c:9ae0daaf"}""",
        """{"type":"result","channel":1,"outcome":"exited","code":0,"streams":""" +
            """{"stdout":{"total":0,"digest":"crc32c:00000000"}},"duration":1.5}""",
        """{"type":"error","code":"x","text":"y","cure":null}""",
        """{"type":"signal","channel":1,"name":"INT"}""",
    ];

    private static readonly string[] Oddities =
    [
        "\"\"", "null", "-1", "1e309", "18446744073709551616", "[", "}", "\\u0000", "\"type\"", "\ud83d\ude00", "{\"a\":",
        "\"channel\":0", "9223372036854775807", "\0", "true",
    ];

    public static TheoryData<int> Starts
        => Environment.GetEnvironmentVariable("RSH_FUZZ_SEED") is { } seed
            ? [int.Parse(seed)]
            : [.. Enumerable.Range(0, 8).Select(i => i * Runs)];

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task Reader_and_messages_reject_random_bytes_with_a_FrameException(int start)
    {
        int runs = Environment.GetEnvironmentVariable("RSH_FUZZ_SEED") is null ? Runs : 1;
        for (int seed = start; seed < start + runs; seed++)
        {
            byte[] wire = Generate(new Random(seed));
            try
            {
                await DigestAsync(wire, new Random(seed).Next(1, 64));
            }
            catch (FrameException)
            {
                // The only exception that is allowed.
            }
            catch (Exception e)
            {
                Assert.Fail($"RSH_FUZZ_SEED={seed}: {e}");
            }
        }
    }

    private static async Task DigestAsync(byte[] wire, int maxRead)
    {
        var limits = new FrameLimits { MaxHeader = 4096, MaxBody = 4096 };
        using var reader = new FrameReader(new FaultyStream(new MemoryStream(wire), new() { MaxRead = maxRead }), limits);
        while (await reader.ReadAsync() is { } frame)
        {
            using PooledBytes body = frame.Body;
            Assert.InRange(body.Length, 0, limits.MaxBody);
            if (frame.Envelope.Type is "data" or "window" or "end")
                StreamHeader.Parse(frame.Envelope.Type, frame.Header.Span);
            else
                MessageCodec.Decode(frame.Envelope.Type, frame.Header.Span);
        }
    }

    private static byte[] Generate(Random random)
    {
        var wire = new List<byte>();
        for (int frames = random.Next(1, 4); frames > 0; frames--)
        {
            string header = Seeds[random.Next(Seeds.Length)];
            for (int changes = random.Next(0, 4); changes > 0; changes--)
            {
                int at = random.Next(header.Length);
                header = random.Next(3) switch
                {
                    0 => header.Insert(at, Oddities[random.Next(Oddities.Length)]),
                    1 => header.Remove(at, Math.Min(random.Next(1, 12), header.Length - at)),
                    _ => $"{header.AsSpan(0, at)}{(char)random.Next(32, 127)}{header.AsSpan(Math.Min(at + 1, header.Length))}",
                };
                if (header.Length == 0)
                    header = "{}";
            }

            wire.AddRange(RawPeer.Frame(header, header.Contains("\"data\"", StringComparison.Ordinal) ? "test"u8.ToArray() : null));
        }

        byte[] bytes = [.. wire];
        for (int flips = random.Next(0, 3); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
