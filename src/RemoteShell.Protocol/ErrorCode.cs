namespace RemoteShell.Protocol;

/// <summary>The words that <c>error</c> and <c>refused</c> carry in <c>code</c>; programs compare them, people read the message beside them.</summary>
public static class ErrorCode
{
    /// <summary>The header's length is zero, negative as a C int, or over the limit.</summary>
    public const string BadHeaderLength = "bad-header-length";

    /// <summary>The header is not one JSON object in UTF-8 with the fields of its type.</summary>
    public const string BadHeader = "bad-header";

    /// <summary>The body's size is negative, over the limit, or absent where a body is needed.</summary>
    public const string BadSize = "bad-size";

    /// <summary>The body does not have the hash that its header claims, or the hash is missing or of an unknown kind.</summary>
    public const string BadHash = "bad-hash";

    /// <summary>The data does not begin where the stream stands.</summary>
    public const string BadOffset = "bad-offset";

    /// <summary>The stream ended inside a frame.</summary>
    public const string Truncated = "truncated";

    /// <summary>A frame of a type that this version does not know.</summary>
    public const string UnknownType = "unknown-type";

    /// <summary>A frame for a channel that was never opened.</summary>
    public const string UnknownChannel = "unknown-channel";

    /// <summary>Data for a byte stream that the channel does not have, or that has ended.</summary>
    public const string UnknownStream = "unknown-stream";

    /// <summary>A request that this server does not know.</summary>
    public const string UnknownRequest = "unknown-request";

    /// <summary>More data than the window allows.</summary>
    public const string WindowOverrun = "window-overrun";

    /// <summary>A known frame at a moment when it makes no sense.</summary>
    public const string OutOfOrder = "out-of-order";

    /// <summary>The stream's total or digest is not that of the bytes that came.</summary>
    public const string BadDigest = "bad-digest";

    /// <summary>The two ends share no protocol version.</summary>
    public const string Version = "version";

    /// <summary>The connection is not TLS 1.3 with this protocol's ALPN name.</summary>
    public const string Transport = "transport";

    /// <summary>The client showed no key, or one that is not authorized.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>A limit of the server is reached.</summary>
    public const string Limit = "limit";

    /// <summary>The server is stopping and starts nothing new.</summary>
    public const string Stopping = "stopping";

    /// <summary>The request's own fields make no sense.</summary>
    public const string BadRequest = "bad-request";

    /// <summary>The file or folder is not there.</summary>
    public const string NotFound = "not-found";

    /// <summary>The beginning of an id is that of several jobs.</summary>
    public const string Ambiguous = "ambiguous";

    /// <summary>The bytes that are asked for are no longer there.</summary>
    public const string Gone = "gone";

    /// <summary>A watcher is so slow that what it has to read next is no longer there; the job does not wait for watchers.</summary>
    public const string Behind = "behind";

    /// <summary>The job still runs.</summary>
    public const string Running = "running";

    /// <summary>Another connection of the same client has taken the job over.</summary>
    public const string TakenOver = "taken-over";

    /// <summary>The sender leaves the channel on purpose, and the job is to go on without it.</summary>
    public const string Detached = "detached";

    /// <summary>Nothing has flowed for longer than the server allows.</summary>
    public const string Idle = "idle";

    /// <summary>Whoever runs the server has ended the connection.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>The operating system, or the key's options, forbid it.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The peer has been silent for longer than the keepalive allows.</summary>
    public const string Silent = "silent";

    /// <summary>The peer does not read what it asked for.</summary>
    public const string Overflow = "overflow";

    /// <summary>Something failed at the peer that is no fault of the request.</summary>
    public const string Internal = "internal";
}
