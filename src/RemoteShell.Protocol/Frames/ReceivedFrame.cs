namespace RemoteShell.Protocol.Frames;

/// <summary>One frame as it came.</summary>
/// <param name="Envelope">Its common fields.</param>
/// <param name="Header">The header's bytes, valid until the next frame is read.</param>
/// <param name="Body">The body, now the receiver's to dispose of.</param>
/// <param name="IsIntact">Whether the body has the hash that the header claims.</param>
public readonly record struct ReceivedFrame(FrameEnvelope Envelope, ReadOnlyMemory<byte> Header, PooledBytes Body, bool IsIntact);
