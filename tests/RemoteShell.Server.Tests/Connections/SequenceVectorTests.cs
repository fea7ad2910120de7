using System.Text;
using System.Text.Json;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>Checks docs/vectors/sequences.json, which other implementations use too: what a server answers to a client.</summary>
public sealed class SequenceVectorTests : IAsyncDisposable
{
    private static readonly JsonElement Vectors =
        JsonDocument.Parse(File.ReadAllText(Repository.File("docs/vectors/sequences.json"))).RootElement.GetProperty("sequences");

    private readonly TestServer _server = new();

    public static TheoryData<string> Names => [.. Vectors.EnumerateArray().Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Server_answers_as_the_sequence_says(string name)
    {
        JsonElement vector = Vectors.EnumerateArray().First(vector => vector.GetProperty("name").GetString() == name);
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        var seen = new List<JsonElement>();
        foreach (JsonElement step in vector.GetProperty("steps").EnumerateArray())
        {
            if (step.TryGetProperty("send", out JsonElement header))
            {
                string body = step.TryGetProperty("body", out JsonElement text) ? text.GetString()! : "";
                await peer.SendAsync(RawPeer.Frame(header.GetRawText(), Encoding.UTF8.GetBytes(body)));
                continue;
            }

            bool isNext = step.TryGetProperty("next", out JsonElement wanted);
            if (!isNext)
                wanted = step.GetProperty("receive");
            if (!isNext && seen.RemoveAll(message => IsSuch(message, wanted)) > 0)
                continue;
            await ReceiveAsync(peer, wanted, isNext, seen);
        }

        Assert.DoesNotContain(_server.Log, line => line.Contains("touch started", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // Messages of other channels may come first. They are kept for the next steps.
    private static async Task ReceiveAsync(RawPeer peer, JsonElement wanted, bool isNext, List<JsonElement> seen)
    {
        while (await peer.ReadAsync() is { } frame)
        {
            // The peer's people know the protocol, and not the types of this implementation.
            Assert.DoesNotContain("System.", frame.Header);
            Assert.DoesNotContain("RemoteShell.", frame.Header);
            JsonElement message = JsonDocument.Parse(frame.Header).RootElement;
            if (IsSuch(message, wanted))
                return;
            Assert.False(isNext, $"{frame.Header} came in place of {wanted}");
            seen.Add(message);
        }

        Assert.Fail($"{wanted} did not come; what came: {string.Join('\n', seen)}");
    }

    private static bool IsSuch(JsonElement message, JsonElement wanted)
        => wanted.EnumerateObject().All(field
            => message.TryGetProperty(field.Name, out JsonElement value) && JsonElement.DeepEquals(value, field.Value));
}
