namespace RemoteShell.Protocol;

/// <summary>The values of <c>code</c> in <c>error</c> and <c>refused</c>. Programs compare them; people read the text.</summary>
public static class ErrorCode
{
    /// <summary>The header's length is below 2, negative as a C int, or over the limit.</summary>
    public const string BadHeaderLength = "bad-header-length";

    /// <summary>The header is not one JSON object in UTF-8 with the fields of its type, or a value is out of its range.</summary>
    public const string BadHeader = "bad-header";

    /// <summary>The body's size is negative, over the limit, or absent where a body is needed.</summary>
    public const string BadSize = "bad-size";

    /// <summary>The body does not match the hash in its header, or the hash is missing or of an unknown kind.</summary>
    public const string BadHash = "bad-hash";

    /// <summary>The data does not begin at the stream's next offset.</summary>
    public const string BadOffset = "bad-offset";

    /// <summary>The stream ended inside a frame.</summary>
    public const string Truncated = "truncated";

    /// <summary>The frame's type is unknown.</summary>
    public const string UnknownType = "unknown-type";

    /// <summary>The frame's channel was never opened.</summary>
    public const string UnknownChannel = "unknown-channel";

    /// <summary>The channel does not have the byte stream, or the stream has ended.</summary>
    public const string UnknownStream = "unknown-stream";

    /// <summary>The server does not know the request.</summary>
    public const string UnknownRequest = "unknown-request";

    /// <summary>The data goes beyond the window's limit.</summary>
    public const string WindowOverrun = "window-overrun";

    /// <summary>The frame's type is known, but not allowed at this moment.</summary>
    public const string OutOfOrder = "out-of-order";

    /// <summary>The stream's total or digest does not match the bytes received.</summary>
    public const string BadDigest = "bad-digest";

    /// <summary>The two sides have no protocol version in common.</summary>
    public const string Version = "version";

    /// <summary>The connection is not TLS 1.3 with this protocol's ALPN name.</summary>
    public const string Transport = "transport";

    /// <summary>The client sent no key, or a key that is not authorized, or not any more.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>A limit of the server is reached.</summary>
    public const string Limit = "limit";

    /// <summary>The server is stopping and does not start anything new.</summary>
    public const string Stopping = "stopping";

    /// <summary>The request's fields are not valid.</summary>
    public const string BadRequest = "bad-request";

    /// <summary>The file, folder or job does not exist.</summary>
    public const string NotFound = "not-found";

    /// <summary>Several jobs have an id with this beginning.</summary>
    public const string Ambiguous = "ambiguous";

    /// <summary>The requested bytes are not kept any more.</summary>
    public const string Gone = "gone";

    /// <summary>A watcher was too slow, and its next byte is not kept any more. A job does not wait for watchers.</summary>
    public const string Behind = "behind";

    /// <summary>The job is still running.</summary>
    public const string Running = "running";

    /// <summary>Another connection with the same key has taken over the job.</summary>
    public const string TakenOver = "taken-over";

    /// <summary>The sender leaves the channel on purpose, and the job continues without it.</summary>
    public const string Detached = "detached";

    /// <summary>The connection was idle for longer than the server allows.</summary>
    public const string Idle = "idle";

    /// <summary>The server's administrator has ended the connection.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>The operating system or the key's options do not allow the request.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The signed request does not name this host.</summary>
    public const string NotMeant = "not-meant";

    /// <summary>The time of the signed request is over.</summary>
    public const string Expired = "expired";

    /// <summary>The signed request was issued in the future: a clock is wrong.</summary>
    public const string Early = "early";

    /// <summary>Another request has started the job of this run.</summary>
    public const string Conflict = "conflict";

    /// <summary>The peer was silent for longer than the keepalive timeout.</summary>
    public const string Silent = "silent";

    /// <summary>The peer does not read, or sends messages faster than they are handled.</summary>
    public const string Overflow = "overflow";

    /// <summary>The sender failed for a reason of its own. The request is not at fault.</summary>
    public const string Internal = "internal";
}
