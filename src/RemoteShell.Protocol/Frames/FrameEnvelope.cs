namespace RemoteShell.Protocol.Frames;

/// <summary>The fields that every header can have. They suffice to route a frame and to check its body.</summary>
/// <param name="Type">The frame's type; never empty.</param>
/// <param name="Channel">The frame's channel, or 0 for the connection itself.</param>
/// <param name="Size">Bytes of body.</param>
/// <param name="Hash">The body's checksum; set if <paramref name="Size"/> is above 0.</param>
public readonly record struct FrameEnvelope(string Type, uint Channel, int Size, Checksum? Hash);
