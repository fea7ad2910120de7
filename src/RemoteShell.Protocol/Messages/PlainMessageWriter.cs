using System.Buffers;
using System.Text.Json;

namespace RemoteShell.Protocol.Messages;

/// <summary>Writes <c>hello</c> without metadata of its fields, as <see cref="MessageJson"/> would write it.</summary>
/// <remarks>It has fields with a converter, for which the generator of <see cref="SentMessageJson"/> writes no code.</remarks>
internal static class PlainMessageWriter
{
    public static byte[] Write(HelloMessage hello)
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text);
        json.WriteStartObject();
        json.WriteString("type"u8, hello.Type);
        if (hello.Channel != 0)
            json.WriteNumber("channel"u8, hello.Channel);
        json.WriteNumber("version"u8, hello.Version);
        json.WriteString("agent"u8, hello.Agent);
        json.WriteStartObject("limits"u8);
        json.WriteNumber("header"u8, hello.Limits.Header);
        json.WriteNumber("body"u8, hello.Limits.Body);
        json.WriteNumber("channels"u8, hello.Limits.Channels);
        json.WriteEndObject();
        if (hello.Motd is { } motd)
            json.WriteString("motd"u8, motd);
        json.WriteStartArray("features"u8);
        foreach (string feature in hello.Features)
            json.WriteStringValue(feature);
        json.WriteEndArray();
        if (hello.Proof is { } proof)
        {
            json.WriteStartObject("proof"u8);
            json.WriteBase64String("signature"u8, proof.Signature.Span);
            json.WriteNumber("time"u8, proof.Time);
            json.WriteEndObject();
        }

        if (hello.Key is { } key)
            json.WriteString("key"u8, key);
        if (hello.Keys is { } keys)
        {
            json.WriteStartArray("keys"u8);
            foreach (string one in keys)
                json.WriteStringValue(one);
            json.WriteEndArray();
        }

        if (hello.Invitation is { } invitation)
            json.WriteBase64String("invitation"u8, invitation.Span);
        if (hello.NextKey is { } next)
        {
            json.WriteStartObject("nextKey"u8);
            json.WriteString("key"u8, next.Key);
            json.WriteBase64String("signature"u8, next.Signature.Span);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return text.WrittenSpan.ToArray();
    }
}
