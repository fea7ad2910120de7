using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>What the owner of a connection hears of. All are called by the connection's read loop, so none may wait.</summary>
public sealed record FrameHandlers
{
    /// <summary>The peer opened a channel. Default: it is refused.</summary>
    public Action<Channel, OpenRequest>? Opening { get; init; }

    /// <summary>The peer sent a text for people. Default: it is dropped.</summary>
    public Action<string>? Noticed { get; init; }

    /// <summary>The peer has a job's result in its hands. Default: it is ignored.</summary>
    public Action<string>? Delivered { get; init; }

    /// <summary>The peer answered a ping. Default: that it is heard of is all.</summary>
    public Action<PongMessage>? Ponged { get; init; }

    /// <summary>The peer said hello. Default: nothing more is made of it.</summary>
    public Action<HelloMessage>? Greeted { get; init; }
}
