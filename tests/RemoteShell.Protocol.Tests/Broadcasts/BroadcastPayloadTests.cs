using System.Text;
using System.Text.Json.Nodes;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Broadcasts;

/// <summary>The JSON of signed requests and results.</summary>
public sealed class BroadcastPayloadTests : IDisposable
{
    private const string Key =
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGD+1LokEONK0gPFuULm4OeI+gVScwyZC55xubVZeK7/eQNXqQ"
        + "EIEJDeF3jf0QsSGkfTdqXvfxG32lULf04ia5k=";

    private const string Request =
        "{\"version\":1,\"run\":\"5766pcv9epnbes0b\",\"targets\":\"web[1-9]\",\"issued\":1000,\"notAfter\":2000,\"key\":\"" + Key
        + "\",\"inline\":100,\"keep\":60000,\"command\":\"x\",\"cwd\":\"/\",\"env\":{\"A\":\"1\"},\"unset\":[\"B\"],\"encoding\":\"utf-8\","
        + "\"timeout\":5,\"digest\":\"crc32c\",\"onFull\":\"kill\",\"user\":\"me\"}";

    private const string Result =
        "{\"run\":\"5766pcv9epnbes0b\",\"name\":\"web1\",\"request\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
        + "\"key\":\"" + Key + "\",\"job\":\"5766pcv900000000\",\"outcome\":\"exited\",\"code\":0,\"started\":5,\"duration\":1.5,"
        + "\"usage\":{\"user\":1,\"system\":2},\"held\":[\"stdout\"],\"streams\":{\"stdout\":{\"total\":3,\"digest\":\"crc32c:1bdcb083\","
        + "\"head\":\"aGkK\"}}}";

    private readonly TemporaryFolder _folder = new();
    private readonly Identity _identity;

    public BroadcastPayloadTests() => _identity = Identity.LoadOrCreate(_folder["key.pem"]);

    public void Dispose()
    {
        _identity.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Request_has_its_fields_and_its_defaults()
    {
        BroadcastRequest request = BroadcastRequest.Decode(Encoding.UTF8.GetBytes(Request));
        Assert.Equal(("x", "/", "1", "B", 5L), (request.Command, request.Cwd, request.Env!["A"], request.Unset![0], request.Timeout));
        JsonObject least = Parsed(Request);
        foreach (string field in (string[])["inline", "keep", "cwd", "env", "unset", "encoding", "timeout", "digest", "onFull", "user"])
        {
            least.Remove(field);
            least[field] = null;
        }

        request = BroadcastRequest.Decode(Encoding.UTF8.GetBytes(least.ToJsonString()));
        Assert.Equal((65536, 86_400_000L, "sha256"), (request.Inline, request.Keep, request.Digest));
        ExecRequest exec = request.ToExec("web1");
        Assert.Equal(("keep:86400s", "sha256", "x"), (exec.OnDisconnect, exec.Digest, exec.Command));
        Assert.Equal(request.JobOn("web1"), exec.Job);
    }

    [Theory]
    [InlineData("version", "2")]
    [InlineData("version", "0")]
    [InlineData("run", "\"x\"")]
    [InlineData("targets", "\"\"")]
    [InlineData("targets", "\"web[1-\"")]
    [InlineData("issued", "-62135596800001")]
    [InlineData("notAfter", "999")]
    [InlineData("notAfter", "604801001")]
    [InlineData("notAfter", "9223372036854775807")]
    [InlineData("key", "\"ssh-ed25519 AAAA\"")]
    [InlineData("key", "\"" + Key + " comment\"")]
    [InlineData("inline", "-1")]
    [InlineData("inline", "65537")]
    [InlineData("inline", "1.0")]
    [InlineData("keep", "59999")]
    [InlineData("keep", "3888000001")]
    [InlineData("timeout", "0")]
    [InlineData("timeout", "3888000001")]
    [InlineData("digest", "\"md5\"")]
    [InlineData("env", "{\"A\":null}")]
    [InlineData("unset", "[null]")]
    [InlineData("argv", "[\"true\"]")]
    [InlineData("builtin", "[\"time\"]")]
    [InlineData("tty", "{}")]
    [InlineData("stdin", "true")]
    [InlineData("detach", "false")]
    [InlineData("unknown", "1")]
    public void Request_with_a_lie_or_an_unknown_field_is_rejected(string field, string value)
    {
        Assert.Throws<BroadcastException>(() => BroadcastRequest.Decode(Encoding.UTF8.GetBytes(With(Request, field, value))));
        // Who sent it is known all the same, unless that is the lie.
        if (field is not ("run" or "key"))
            Assert.Equal(Key, BroadcastSender.Decode(Encoding.UTF8.GetBytes(With(Request, field, value))).Key.ToString());
    }

    [Theory]
    [InlineData("run", "\"x\"")]
    [InlineData("name", "\"a b\"")]
    [InlineData("request", "\"12\"")]
    [InlineData("key", "\"x\"")]
    [InlineData("job", "\"x\"")]
    [InlineData("job", "null")]
    [InlineData("outcome", "\"won\"")]
    [InlineData("outcome", "null")]
    [InlineData("code", "256")]
    [InlineData("code", "null")]
    [InlineData("refusal", "{\"code\":\"gone\"}")]
    [InlineData("signal", "\"a b\"")]
    [InlineData("started", "253402300800000")]
    [InlineData("duration", "-1")]
    [InlineData("usage", "{\"user\":-1,\"system\":0}")]
    [InlineData("held", "[null]")]
    [InlineData("streams", "{\"stdout\":null}")]
    [InlineData("streams", "{\"stdout\":{\"total\":-1}}")]
    [InlineData("streams", "{\"stdout\":{\"total\":2,\"head\":\"aGkK\"}}")]
    [InlineData("streams", "{\"stdout\":{\"total\":3,\"head\":\"aGk?\"}}")]
    [InlineData("streams", "{\"stdout\":{\"total\":3,\"digest\":\"x\"}}")]
    public void Result_with_a_lie_is_rejected(string field, string value)
        => Assert.Throws<BroadcastException>(() => BroadcastResult.Decode(Encoding.UTF8.GetBytes(With(Result, field, value))));

    [Fact]
    public void Result_ignores_unknown_fields_and_is_signed_by_its_key()
    {
        BroadcastResult result = BroadcastResult.Decode(Encoding.UTF8.GetBytes(With(Result, "later", "{}")));
        Assert.Equal("hi\n", Encoding.UTF8.GetString(result.Streams["stdout"].Head!.Value.Span));
        Assert.Throws<BroadcastException>(() => result.Sign(_identity));
        result = result with { Key = _identity.PublicKey.ToString() };
        SignedText signed = result.Sign(_identity);
        Assert.Equal("web1", BroadcastResult.Open(SignedText.Parse(signed.ToBytes(), SignedKind.Result)).Name);
        using Identity other = Identity.LoadOrCreate(_folder["other.pem"]);
        SignedText foreign = SignedText.Sign(signed.Payload.Span, SignedKind.Result, other);
        Assert.Throws<BroadcastException>(() => BroadcastResult.Open(foreign));
    }

    [Fact]
    public void Field_that_occurs_twice_is_rejected()
    {
        foreach ((string field, JsonNode? value) in Parsed(Request))
        {
            byte[] twice = Encoding.UTF8.GetBytes($"{Request[..^1]},\"{field}\":{value!.ToJsonString()}}}");
            Assert.Throws<BroadcastException>(() => BroadcastRequest.Decode(twice));
        }

        byte[] variable = Encoding.UTF8.GetBytes(Request.Replace("\"A\":\"1\"", "\"A\":\"1\",\"A\":\"2\"", StringComparison.Ordinal));
        Assert.Throws<BroadcastException>(() => BroadcastRequest.Decode(variable));
    }

    [Fact]
    public void Required_field_that_is_missing_is_rejected()
    {
        foreach (string field in (string[])["version", "run", "targets", "issued", "notAfter", "key", "command"])
        {
            JsonObject without = Parsed(Request);
            without.Remove(field);
            Assert.Throws<BroadcastException>(() => BroadcastRequest.Decode(Encoding.UTF8.GetBytes(without.ToJsonString())));
        }
    }

    [Fact]
    public void Random_payloads_are_read_or_rejected_with_the_documented_exception()
    {
        var random = new Random(2);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(round % 2 == 0 ? Request : Result);
            for (int change = random.Next(1, 6); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "\"{}[],:0-9\\@ue+"[random.Next(15)]);
            Exception? fault = Record.Exception(() => round % 2 == 0
                ? BroadcastRequest.Decode(bytes)
                : (object)BroadcastResult.Decode(bytes)) ?? Record.Exception(() => BroadcastSender.Decode(bytes));
            Assert.True(fault is null or BroadcastException, $"round {round}: {fault}");
        }
    }

    [Fact]
    public void Job_follows_from_the_run_the_host_and_the_key()
    {
        BroadcastRequest request = BroadcastRequest.Decode(Encoding.UTF8.GetBytes(Request));
        string job = request.JobOn("web1");
        Assert.True(JobId.IsValid(job));
        Assert.Equal("5766pcv9", job[..8]);
        Assert.Equal(job, request.JobOn("WEB1"));
        Assert.NotEqual(job, request.JobOn("web2"));
        Assert.NotEqual(job, (request with { Key = _identity.PublicKey.ToString() }).JobOn("web1"));
        Assert.NotEqual(job, (request with { Run = "5766pcv9epnbes0c" }).JobOn("web1"));
    }

    [Fact]
    public void Values_of_variables_are_not_printed()
    {
        BroadcastRequest request = BroadcastRequest.Decode(Encoding.UTF8.GetBytes(Request));
        string text = (request with { Env = new Dictionary<string, string> { ["TOKEN"] = "hidden" } }).ToString();
        Assert.Contains("TOKEN", text);
        Assert.DoesNotContain("hidden", text);
    }

    private static JsonObject Parsed(string json) => JsonNode.Parse(json)!.AsObject();

    private static string With(string json, string field, string value)
    {
        JsonObject changed = Parsed(json);
        changed[field] = "@@";
        return changed.ToJsonString().Replace("\"@@\"", value, StringComparison.Ordinal);
    }
}
