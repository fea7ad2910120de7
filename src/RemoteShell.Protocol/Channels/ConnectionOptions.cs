using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Settings for one side of a connection.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Program and version, sent to the peer. Default: empty.</summary>
    public string Agent { get; init; } = "";

    /// <summary>Text for the user at the other side, sent with <c>hello</c>. Default: none.</summary>
    public string? MessageOfTheDay { get; init; }

    /// <summary>From a client: which key of ssh stands behind its key of TLS. Default: none.</summary>
    public HelloProof? Proof { get; init; }

    /// <summary>From a client without a proof: the fingerprint of the key of ssh that it has proved before. Default: none.</summary>
    public string? Key { get; init; }

    /// <summary>
    /// From a client without a proof: the fingerprints of the keys of ssh that it can prove, at most <see cref="HelloMessage.MaxKeys"/>.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>From a client: the secret of an invitation. Default: none.</summary>
    public ReadOnlyMemory<byte>? Invitation { get; init; }

    /// <summary>From a server: which key it will have next. Default: none.</summary>
    public HelloNextKey? NextKey { get; init; }

    /// <summary>The largest frame that this side accepts. Default: <see cref="FrameLimits.Default"/>.</summary>
    public FrameLimits Limits { get; init; } = FrameLimits.Default;

    /// <summary>Number of channels that the peer may have open at once. Default: 64.</summary>
    public int MaxChannels { get; init; } = 64;

    /// <summary>After this time without bytes from the peer, this side sends <c>ping</c>. Default: 15 s.</summary>
    public TimeSpan KeepaliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After this time without bytes from the peer, the connection counts as lost. Default: 45 s.</summary>
    public TimeSpan KeepaliveTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long closing waits for the peer to read the last frames, and to close if it may still send. Default: 2 s.</summary>
    public TimeSpan CloseGrace { get; init; } = TimeSpan.FromSeconds(2);
}
