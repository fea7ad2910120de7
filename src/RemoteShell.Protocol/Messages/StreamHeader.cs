using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Messages;

/// <summary>The header of a byte stream's frame: <c>data</c>, <c>window</c> or <c>end</c>.</summary>
/// <remarks>There are thousands of them, so this type reads and writes the JSON itself, without allocating.</remarks>
/// <param name="Stream">The byte stream's name.</param>
/// <param name="Offset">In <c>data</c>: offset of the body. In <c>end</c>: the total. In <c>window</c>: the limit.</param>
/// <param name="Digest">In <c>end</c>: digest of the whole stream.</param>
/// <param name="Window">In <c>window</c>: the window's size, if it has changed since the channel was opened.</param>
public readonly record struct StreamHeader(string Stream, long Offset, string? Digest = null, long? Window = null)
{
    /// <summary>Reads the fields of a frame. Unknown fields are ignored.</summary>
    /// <param name="type">The frame's type: <c>data</c>, <c>window</c> or <c>end</c>.</param>
    /// <param name="header">The whole header. It must be valid JSON.</param>
    /// <exception cref="FrameException">A field is missing, negative, or of another type.</exception>
    public static StreamHeader Parse(string type, ReadOnlySpan<byte> header)
    {
        ReadOnlySpan<byte> offsetName = type switch { "data" => "offset"u8, "window" => "limit"u8, _ => "total"u8 };
        var json = new Utf8JsonReader(header);
        string? stream = null, digest = null;
        long? offset = null, window = null;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("stream"u8))
                SetOnce(ref stream, ReadText(ref json, "stream"), "stream");
            else if (json.ValueTextEquals(offsetName))
                SetOnce(ref offset, ReadOffset(ref json), "offset");
            else if (type == "end" && json.ValueTextEquals("digest"u8))
                SetOnce(ref digest, ReadText(ref json, "digest"), "digest");
            else if (type == "window" && json.ValueTextEquals("window"u8))
                SetOnce(ref window, ReadOffset(ref json), "window");
            else
                json.Skip();
        }

        if (stream is null || offset is null)
            throw new FrameException(ErrorCode.BadHeader, $"'{type}' needs 'stream' and '{Encoding.ASCII.GetString(offsetName)}'");
        if (type == "end" && digest is null)
            throw new FrameException(ErrorCode.BadHeader, "'end' needs a digest");
        if (WireRange.Digest("digest", digest) is { } noDigest)
            throw new FrameException(ErrorCode.BadHeader, noDigest);
        if (WireRange.Window("window", window) is { } noWindow)
            throw new FrameException(ErrorCode.BadRequest, noWindow);
        return new(stream, offset.Value, digest, window);
    }

    /// <summary>Writes <c>data</c> into <paramref name="header"/>, which is cleared first.</summary>
    public static void WriteData(FrameBuffer header, uint channel, string stream, long offset, int size, Checksum hash)
    {
        Span<byte> text = Begin(header, "{\"type\":\"data\",\"channel\":"u8, channel, stream);
        int at = Put(text, 0, "\",\"offset\":"u8);
        at += Put(text, at, offset);
        at += Put(text, at, ",\"size\":"u8);
        at += Put(text, at, size);
        at += Put(text, at, ",\"hash\":\""u8);
        hash.Format(text[at..]);
        at += Checksum.TextLength;
        at += Put(text, at, "\"}"u8);
        header.Advance(at);
    }

    /// <summary>Writes <c>window</c> into <paramref name="header"/>, which is cleared first.</summary>
    public static void WriteWindow(FrameBuffer header, uint channel, string stream, long limit, long? window = null)
    {
        Span<byte> text = Begin(header, "{\"type\":\"window\",\"channel\":"u8, channel, stream);
        int at = Put(text, 0, "\",\"limit\":"u8);
        at += Put(text, at, limit);
        if (window is { } size)
        {
            at += Put(text, at, ",\"window\":"u8);
            at += Put(text, at, size);
        }

        at += Put(text, at, "}"u8);
        header.Advance(at);
    }

    /// <summary>Writes <c>end</c> into <paramref name="header"/>, which is cleared first.</summary>
    public static void WriteEnd(FrameBuffer header, uint channel, string stream, StreamTotal total)
    {
        ArgumentNullException.ThrowIfNull(total);
        Span<byte> text = Begin(header, "{\"type\":\"end\",\"channel\":"u8, channel, stream);
        int at = Put(text, 0, "\",\"total\":"u8);
        at += Put(text, at, total.Total);
        at += Put(text, at, ",\"digest\":\""u8);
        at += Put(text, at, total.Digest);
        at += Put(text, at, "\"}"u8);
        header.Advance(at);
    }

    // 256 bytes suffice for the rest: names have at most 32 bytes, digests 71, numbers 19.
    private static Span<byte> Begin(FrameBuffer header, ReadOnlySpan<byte> start, uint channel, string stream)
    {
        header.Clear();
        Span<byte> text = header.GetSpan(512);
        int at = Put(text, 0, start);
        at += Put(text, at, channel);
        at += Put(text, at, ",\"stream\":\""u8);
        at += Put(text, at, stream);
        header.Advance(at);
        return text[at..];
    }

    private static int Put(Span<byte> text, int at, ReadOnlySpan<byte> part)
    {
        part.CopyTo(text[at..]);
        return part.Length;
    }

    private static int Put(Span<byte> text, int at, string part) => Encoding.ASCII.GetBytes(part, text[at..]);

    private static int Put(Span<byte> text, int at, long number)
    {
        Utf8Formatter.TryFormat(number, text[at..], out int written);
        return written;
    }

    // A null is the same as an absent field.
    private static void SetOnce<T>(ref T? field, T? value, string name)
    {
        if (field is not null)
            throw new FrameException(ErrorCode.BadHeader, $"the header has the field '{name}' twice");
        field = value;
    }

    private static string? ReadText(ref Utf8JsonReader json, string name)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length is 0 or > 128)
            throw new FrameException(ErrorCode.BadHeader, $"'{name}' must be a string of 1 to 128 bytes");
        return json.ValueIsEscaped ? json.GetString()! : WireNames.Intern(json.ValueSpan);
    }

    private static long? ReadOffset(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long offset) || offset < 0)
            throw new FrameException(ErrorCode.BadOffset, "an offset must be an integer from 0 to 9223372036854775807");
        return offset;
    }
}
