using RemoteShell.Files.Names;

namespace RemoteShell.Files.Transfers;

/// <summary>A file that a transfer writes.</summary>
/// <param name="Device">The device of its folder.</param>
/// <param name="Inode">The number of its folder there.</param>
/// <param name="Name">Its name in the folder.</param>
internal readonly record struct HeldFile(ulong Device, ulong Inode, FileName Name);
