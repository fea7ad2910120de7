namespace RemoteShell.Files.Folders;

/// <summary>An extended attribute of a file.</summary>
/// <param name="Name">The name, such as <c>user.comment</c>, without a NUL at the end.</param>
/// <param name="Value">The value, at most 64 KiB.</param>
public sealed record FileAttribute(byte[] Name, byte[] Value);
