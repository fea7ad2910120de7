namespace RemoteShell.Protocol.Channels;

/// <summary>A <c>window</c> message for one stream.</summary>
/// <param name="Limit">The offset up to which bytes may be sent.</param>
/// <param name="Size">The window's size in bytes, if it has grown since the channel was opened.</param>
internal readonly record struct WindowUpdate(long Limit, long? Size);
