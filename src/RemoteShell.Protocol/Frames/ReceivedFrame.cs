namespace RemoteShell.Protocol.Frames;

/// <summary>A frame that was received.</summary>
/// <param name="Envelope">Its common fields.</param>
/// <param name="Header">The header's bytes, valid until the next frame is read.</param>
/// <param name="Body">The body. The receiver disposes it.</param>
/// <param name="IsIntact">Whether the body matches the hash in the header.</param>
public readonly record struct ReceivedFrame(FrameEnvelope Envelope, ReadOnlyMemory<byte> Header, PooledBytes Body, bool IsIntact);
