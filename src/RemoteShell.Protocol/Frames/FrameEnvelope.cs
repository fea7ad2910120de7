namespace RemoteShell.Protocol.Frames;

/// <summary>The fields that any header can have: enough to route a frame and to check its body.</summary>
/// <param name="Type">What the frame says; never empty.</param>
/// <param name="Channel">The channel it belongs to, or 0 for the connection itself.</param>
/// <param name="Size">Bytes of body.</param>
/// <param name="Hash">The body's checksum; present whenever <paramref name="Size"/> is above 0.</param>
public readonly record struct FrameEnvelope(string Type, uint Channel, int Size, Checksum? Hash);
