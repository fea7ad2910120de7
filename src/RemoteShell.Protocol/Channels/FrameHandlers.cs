using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Callbacks of a connection. Its read loop calls them, so they must not block.</summary>
public sealed record FrameHandlers
{
    /// <summary>The peer opened a channel. Default: the request is refused.</summary>
    public Action<Channel, OpenRequest>? ChannelOpened { get; init; }

    /// <summary>A request of the peer was refused before <see cref="ChannelOpened"/>. Default: ignored.</summary>
    /// <remarks>The arguments are the name of the request, null if it is unknown or cannot be read, and the code of the refusal.</remarks>
    public Action<string?, string>? RequestRefused { get; init; }

    /// <summary>The peer sent a text for the user. Default: the text is dropped.</summary>
    public Action<string>? NoticeReceived { get; init; }

    /// <summary>The peer has received a job's result and output. The argument is the job's id. Default: ignored.</summary>
    public Action<string>? ResultDelivered { get; init; }

    /// <summary>The peer answered a ping. Default: ignored.</summary>
    public Action<PongMessage>? PongReceived { get; init; }

    /// <summary>The peer sent <c>hello</c>. Default: ignored.</summary>
    public Action<HelloMessage>? HelloReceived { get; init; }
}
