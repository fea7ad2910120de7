namespace RemoteShell.Protocol.Frames;

/// <summary>How large a frame may be, checked before any of it is buffered.</summary>
public sealed record FrameLimits
{
    /// <summary>What holds once both ends have said hello.</summary>
    public static FrameLimits Default { get; } = new();

    /// <summary>What holds before the peer's hello: 16 KiB of header, and no body.</summary>
    public static FrameLimits BeforeHello { get; } = new() { MaxHeader = 16 * 1024, MaxBody = 0 };

    /// <summary>Bytes of JSON header. Default: 256 KiB, twice what Linux takes as one argument of a command.</summary>
    public int MaxHeader { get; init; } = 256 * 1024;

    /// <summary>Bytes of body. Default: 256 KiB, a quarter of the pipe behind it.</summary>
    public int MaxBody { get; init; } = 256 * 1024;
}
