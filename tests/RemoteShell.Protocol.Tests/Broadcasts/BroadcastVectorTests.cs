using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Protocol.Tests.Broadcasts;

/// <summary>Checks docs/vectors/broadcasts.json, whose signatures another implementation has made.</summary>
public class BroadcastVectorTests
{
    private static readonly JsonElement Vectors =
        JsonDocument.Parse(File.ReadAllText(Repository.File("docs/vectors/broadcasts.json"))).RootElement;

    [Fact]
    public async Task Host_has_these_bytes()
    {
        using var stream = new MemoryStream(Bytes("host"));
        BroadcastHost host = await BroadcastHost.ReadAsync(stream, CancellationToken.None).Within();
        Assert.Equal(Bytes("host"), host.ToBytes());
        Assert.Equal(Payload("host"), Encoding.UTF8.GetString(host.ToBytes().AsSpan(8)));
    }

    [Fact]
    public void Request_is_signed_by_its_key()
    {
        SignedText text = SignedText.Parse(Bytes("request"), SignedKind.Request);
        Assert.Equal(Payload("request"), Encoding.UTF8.GetString(text.Payload.Span));
        Assert.Equal(Vectors.GetProperty("request").GetProperty("sha256").GetString(), text.PayloadHash);
        Assert.Equal(Vectors.GetProperty("request").GetProperty("context").GetString(), SignedKind.Request.Context);
        Assert.True(text.IsSignedBy(BroadcastSender.Decode(text.Payload.Span).Key));
        BroadcastRequest request = BroadcastRequest.Decode(text.Payload.Span);
        Assert.Equal("echo \"grüß\"", request.Command);
        foreach (JsonElement job in Vectors.GetProperty("jobs").EnumerateArray())
        {
            string name = job.GetProperty("name").GetString()!;
            Assert.Equal(job.GetProperty("run").GetString(), request.Run);
            Assert.Equal(job.GetProperty("job").GetString(), request.JobOn(name));
        }
    }

    [Fact]
    public void Result_is_signed_by_its_key_and_answers_the_request()
    {
        SignedText text = SignedText.Parse(Bytes("result"), SignedKind.Result);
        Assert.Equal(Payload("result"), Encoding.UTF8.GetString(text.Payload.Span));
        Assert.Equal(Vectors.GetProperty("result").GetProperty("context").GetString(), SignedKind.Result.Context);
        BroadcastResult result = BroadcastResult.Open(text);
        Assert.Equal(SignedText.Parse(Bytes("request"), SignedKind.Request).PayloadHash, result.Request);
        Assert.Equal("grüß\n", Encoding.UTF8.GetString(result.Streams["stdout"].Head!.Value.Span));
    }

    [Fact]
    public void Lists_of_targets_have_these_hosts()
    {
        foreach (JsonElement row in Vectors.GetProperty("targets").EnumerateArray())
        {
            string list = row.GetProperty("list").GetString()!;
            string[] groups = row.TryGetProperty("groups", out JsonElement own) ? Strings(own) : [];
            Assert.All(Strings(row.GetProperty("in")), name => Assert.True(TargetNames.Contains(list, name, groups), $"{name} in {list}"));
            Assert.All(
                Strings(row.GetProperty("notIn")), name => Assert.False(TargetNames.Contains(list, name, groups), $"{name} in {list}"));
        }

        Assert.All(
            Strings(Vectors.GetProperty("invalidTargets")),
            list => Assert.Throws<BroadcastException>(() => TargetNames.Contains(list, "a1", [])));
    }

    private static byte[] Bytes(string name) => Vectors.GetProperty(name).GetProperty("bytes").GetBytesFromBase64();

    private static string Payload(string name) => Vectors.GetProperty(name).GetProperty("payload").GetString()!;

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(one => one.GetString()!)];
}
