using RemoteShell.Protocol.Channels;

namespace RemoteShell.Testing.Hostile;

/// <summary>A byte stream that a hostile peer sends, with what a valid next frame of it must say.</summary>
public sealed class SentStream(uint channel, string name)
{
    private readonly StreamDigest _digest = new(StreamDigest.Crc32C);

    public uint Channel { get; } = channel;

    public string Name { get; } = name;

    public long Length => _digest.Total;

    public string Digest => _digest.Current.Digest;

    /// <summary>The values of the frame that sends these bytes.</summary>
    public FrameContext Next(byte[] body)
    {
        var context = new FrameContext { Channel = Channel, Stream = Name, Position = Length, Body = body };
        _digest.Append(body);
        return context;
    }

    /// <summary>The values of the frame that ends the stream.</summary>
    public FrameContext End() => new() { Channel = Channel, Stream = Name, Position = Length, Digest = Digest };
}
