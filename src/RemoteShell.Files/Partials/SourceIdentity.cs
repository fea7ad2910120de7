namespace RemoteShell.Files.Partials;

/// <summary>Identifies the content that a transfer writes: the same text means the same bytes.</summary>
/// <param name="Text">Opaque, and compared as a whole: such as the host key, path, device, inode, size and time of the source.</param>
public sealed record SourceIdentity(string Text);
