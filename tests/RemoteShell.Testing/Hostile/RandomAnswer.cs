using System.Text.Json;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Testing.Hostile;

/// <summary>What a hostile server sends in answer to one request.</summary>
/// <param name="Frames">The frames after <c>hello</c>, each of which may be damaged, missing or out of place.</param>
/// <param name="Payload">The bytes of the streams, by name, that a client may take for the whole.</param>
public sealed record RandomAnswer(IReadOnlyList<byte[]> Frames, IReadOnlyDictionary<string, byte[]> Payload)
{
    public byte[] Bytes => RandomConversation.Concatenate(Frames);

    /// <summary>Whether a frame says that the request ended with the outcome <c>exited</c> and the code 0.</summary>
    /// <remarks>Without such a frame no client may report success.</remarks>
    public bool ClaimsSuccess => Headers("result").Any(header => IsText(header, "outcome", "exited") && IsZero(header, "code"));

    /// <summary>The length that <c>opened</c> announces; 0 if it does not.</summary>
    public long AnnouncedLength
        => Headers("opened").Select(header => header.TryGetProperty("length", out JsonElement length)
            && length.ValueKind == JsonValueKind.Number && length.TryGetInt64(out long bytes) ? bytes : 0).LastOrDefault();

    private IEnumerable<JsonElement> Headers(string type)
    {
        byte[] bytes = Bytes;
        int at = 0;
        while (at < bytes.Length && TryNext(bytes.AsSpan(at), out FrameEnvelope envelope, out int bodyStart))
        {
            Memory<byte> header = bytes.AsMemory((at + FrameCodec.PrefixLength)..(at + bodyStart));
            if (envelope.Type == type)
                yield return JsonDocument.Parse(header).RootElement;
            at += bodyStart + envelope.Size;
        }
    }

    private static bool TryNext(ReadOnlySpan<byte> bytes, out FrameEnvelope envelope, out int bodyStart)
    {
        try
        {
            return FrameCodec.TryReadHeader(bytes, FrameLimits.Default, out envelope, out bodyStart);
        }
        catch (FrameException)
        {
            (envelope, bodyStart) = (default, 0);
            return false;
        }
    }

    private static bool IsText(JsonElement header, string name, string value)
        => header.TryGetProperty(name, out JsonElement field) && field.ValueKind == JsonValueKind.String && field.ValueEquals(value);

    private static bool IsZero(JsonElement header, string name)
        => !header.TryGetProperty(name, out JsonElement field)
            || (field.ValueKind == JsonValueKind.Number && field.TryGetInt64(out long number) && number == 0);
}
