using RemoteShell.Files.Names;

namespace RemoteShell.Files.Folders;

/// <summary>Follows a link name by name, through all links on its way.</summary>
/// <remarks>The kernel would follow each of them; here a caller decides about each.</remarks>
internal static class LinkWalk
{
    private const int MaxLinks = 40;

    /// <summary>Finds what a link leads to. The caller disposes the place.</summary>
    /// <param name="folder">The folder of the link.</param>
    /// <param name="link">Its name.</param>
    /// <param name="isTrusted">Whether a link on the way may be followed.</param>
    /// <returns>What the last link names, which need not exist; null: a folder that has no name, such as <c>..</c>.</returns>
    /// <exception cref="FileException">A folder on the way cannot be opened, or a link on it must not be followed.</exception>
    public static EntryPlace? Follow(Folder folder, FileName link, Func<FileEntry, bool> isTrusted)
    {
        Folder current = folder.Duplicate();
        try
        {
            var rest = new Stack<byte[]>([link.Bytes.ToArray()]);
            int links = 0;
            while (rest.TryPop(out byte[]? step))
            {
                if (step.Length == 0 || step.AsSpan().SequenceEqual("."u8))
                    continue;
                bool isUp = step.AsSpan().SequenceEqual(".."u8);
                if (step.Length > FileName.MaxLength)
                    throw new FileException(FileFault.NameTooLong, current.Text);
                FileName name = isUp ? default : FileName.Of(step);
                FileEntry? entry = isUp ? null : current.TryStat(name);
                if (entry?.Kind == EntryKind.Link)
                {
                    if (++links > MaxLinks)
                        throw new FileException(FileFault.LinkLoop, current.TextOf(name));
                    if (!isTrusted(entry))
                        throw new FileException(FileFault.Denied, current.TextOf(name), "leads through a link of this transfer");
                    byte[] target = current.ReadLink(name);
                    Push(target, rest);
                    if (target is [(byte)'/', ..])
                        Replace(ref current, Folder.Open("/"u8));
                    continue;
                }

                // What follows is at most a slash or a dot, which ask for a folder.
                if (!isUp && rest.Count == 0)
                    return new(current, name);
                Replace(ref current, isUp ? current.OpenParent() : current.OpenFolder(name));
            }

            current.Dispose();
            return null;
        }
        catch
        {
            current.Dispose();
            throw;
        }
    }

    // The first step comes to the top.
    private static void Push(ReadOnlySpan<byte> path, Stack<byte[]> rest)
    {
        while (!path.IsEmpty)
        {
            int slash = path.LastIndexOf((byte)'/');
            rest.Push(path[(slash + 1)..].ToArray());
            path = path[..Math.Max(0, slash)];
        }
    }

    private static void Replace(ref Folder current, Folder next)
    {
        current.Dispose();
        current = next;
    }
}
