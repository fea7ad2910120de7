using System.Text.Json;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Testing.Hostile;

/// <summary>Feeds bytes to the frame reader and the codec.</summary>
public static class CodecTarget
{
    private static readonly FrameLimits Limits = FrameLimits.Default with { MaxHeader = 64 * 1024, MaxBody = 64 * 1024 };

    /// <summary>Reads all frames, decodes each, and encodes it again. Returns the number of frames.</summary>
    /// <exception cref="InvalidOperationException">What was decoded cannot be encoded, or is not the same afterwards.</exception>
    public static int Read(byte[] wire, int maxRead)
    {
        int frames = 0;
        using var reader = new FrameReader(new SlicedStream(wire, maxRead), Limits);
        try
        {
            while (ReadNext(reader) is { } frame)
            {
                frames++;
                using PooledBytes body = frame.Body;
                if (body.Length != frame.Envelope.Size)
                    throw new InvalidOperationException($"a body of {body.Length} bytes where {frame.Envelope.Size} were announced");
                Decode(frame.Envelope.Type, frame.Header.Span);
            }
        }
        catch (FrameException)
        {
            // The only exception that is allowed.
        }

        return frames;
    }

    /// <summary>Decodes a line of a list, a room or a prompt, and encodes it again.</summary>
    /// <exception cref="InvalidOperationException">What was decoded cannot be encoded.</exception>
    public static void ReadLine(string stream, byte[] line)
    {
        Func<byte[]>? encode;
        try
        {
            encode = DecodeLine(stream, line);
        }
        catch (Exception e) when (e is JsonException or FrameException)
        {
            // The only exceptions that are allowed.
            return;
        }

        try
        {
            encode?.Invoke();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"a line of '{stream}' was decoded and cannot be encoded again: {e.Message}", e);
        }
    }

    private static Func<byte[]>? DecodeLine(string stream, byte[] line)
    {
        switch (stream)
        {
            case "jobs":
                JobEntry job = MessageCodec.DecodeJob(line);
                return () => MessageCodec.EncodeJob(job);
            case "who":
                ConnectionEntry connection = MessageCodec.DecodeConnection(line);
                return () => MessageCodec.EncodeConnection(connection);
            case "chat":
                ChatEntry entry = MessageCodec.DecodeChatEntry(line);
                return () => MessageCodec.EncodeChatEntry(entry);
            case "listen":
                ListenEntry listen = MessageCodec.DecodeListenEntry(line);
                return () => MessageCodec.EncodeListenEntry(listen);
            default:
                return null;
        }
    }

    // The stream is in memory, so the read is complete when it returns.
    private static ReceivedFrame? ReadNext(FrameReader reader)
    {
        ValueTask<ReceivedFrame?> read = reader.ReadAsync();
        return read.IsCompleted ? read.GetAwaiter().GetResult() : throw new InvalidOperationException("a read from memory waits");
    }

    private static void Decode(string type, ReadOnlySpan<byte> header)
    {
        try
        {
            if (type is "data" or "window" or "end")
                StreamHeader.Parse(type, header);
            else if (MessageCodec.Decode(type, header) is { } message and not UnknownRequest)
                EncodeAgain(type, message);
        }
        catch (FrameException)
        {
            // This frame is refused; the next one is read.
        }
    }

    private static void EncodeAgain(string type, Message message)
    {
        byte[] once, twice;
        try
        {
            once = MessageCodec.Encode(message);
            twice = MessageCodec.Encode(MessageCodec.Decode(type, once)!);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"'{type}' was decoded and cannot be encoded again: {e.Message}", e);
        }

        if (!once.AsSpan().SequenceEqual(twice))
            throw new InvalidOperationException($"'{type}' differs after it was encoded and decoded");
    }
}
