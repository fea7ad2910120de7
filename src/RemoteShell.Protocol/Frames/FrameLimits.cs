namespace RemoteShell.Protocol.Frames;

/// <summary>The largest frame that is accepted. Each limit is checked before any of the bytes are buffered.</summary>
public sealed record FrameLimits
{
    /// <summary>The limits after both sides have sent <c>hello</c>.</summary>
    public static FrameLimits Default { get; } = new();

    /// <summary>The limits before the peer's <c>hello</c>: 16 KiB of header, no body.</summary>
    public static FrameLimits BeforeHello { get; } = new() { MaxHeader = 16 * 1024, MaxBody = 0 };

    /// <summary>Bytes of JSON header. Default: 256 KiB, twice the largest single command argument on Linux.</summary>
    public int MaxHeader { get; init; } = 256 * 1024;

    /// <summary>Bytes of body. Default: 256 KiB, a quarter of the size of the command's pipe.</summary>
    public int MaxBody { get; init; } = 256 * 1024;
}
