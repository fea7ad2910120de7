using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Tests.Frames;

/// <summary>Checks the test vectors in docs/vectors, which other implementations use too.</summary>
public class VectorTests
{
    // One of the vectors has as many levels as a header may have, below the levels of the document.
    private static readonly JsonElement Vectors = JsonDocument
        .Parse(File.ReadAllText(Repository.File("docs/vectors/frames.json")), new() { MaxDepth = 128 })
        .RootElement.GetProperty("vectors");

    public static TheoryData<string> Names => [.. Vectors.EnumerateArray().Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Vector_is_read_as_one_piece(string name) => CheckAsync(name, int.MaxValue);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Vector_is_read_byte_by_byte(string name) => CheckAsync(name, 1);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Vector_that_is_read_and_written_reads_the_same(string name)
    {
        JsonElement vector = Find(name);
        if (vector.GetProperty("expect").GetString() != "frames")
            return;
        List<ReadFrame> first = await ReadAllAsync(Convert.FromHexString(vector.GetProperty("hex").GetString()!), int.MaxValue);
        byte[] again = [.. first.SelectMany(frame => RawPeer.Frame(frame.Header, frame.Body))];
        Assert.Equal(first.Select(frame => frame.Header), (await ReadAllAsync(again, 7)).Select(frame => frame.Header));
    }

    private static async Task CheckAsync(string name, int maxRead)
    {
        JsonElement vector = Find(name);
        byte[] bytes = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
        switch (vector.GetProperty("expect").GetString())
        {
            case "frames":
                List<ReadFrame> frames = await ReadAllAsync(bytes, maxRead);
                JsonElement expected = vector.GetProperty("frames");
                Assert.Equal(expected.GetArrayLength(), frames.Count);
                foreach ((ReadFrame frame, JsonElement wanted) in frames.Zip(expected.EnumerateArray()))
                {
                    Assert.True(frame.IsIntact);
                    Assert.True(JsonElement.DeepEquals(wanted.GetProperty("header"), JsonDocument.Parse(frame.Header).RootElement));
                    Assert.Equal(wanted.GetProperty("header").GetProperty("type").GetString(), frame.Type);
                    Assert.Equal(wanted.GetProperty("body").GetString(), Convert.ToHexStringLower(frame.Body));
                }

                break;
            case "error":
                var error = await Assert.ThrowsAsync<FrameException>(() => ReadAllAsync(bytes, maxRead));
                Assert.Equal(vector.GetProperty("code").GetString(), error.Code);
                break;
            default:
                Assert.False(Assert.Single(await ReadAllAsync(bytes, maxRead)).IsIntact);
                break;
        }
    }

    private static async Task<List<ReadFrame>> ReadAllAsync(byte[] bytes, int maxRead)
    {
        using var reader = new FrameReader(new FaultyStream(new MemoryStream(bytes), new() { MaxRead = maxRead }), FrameLimits.Default);
        var frames = new List<ReadFrame>();
        while (await reader.ReadAsync().Within() is { } frame)
        {
            using PooledBytes body = frame.Body;
            frames.Add(new(frame.Envelope.Type, Encoding.UTF8.GetString(frame.Header.Span), body.Memory.ToArray(), frame.IsIntact));
        }

        return frames;
    }

    private static JsonElement Find(string name)
        => Vectors.EnumerateArray().First(vector => vector.GetProperty("name").GetString() == name);

    private sealed record ReadFrame(string Type, string Header, byte[] Body, bool IsIntact);
}
