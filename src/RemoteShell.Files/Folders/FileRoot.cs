using System.Text;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Where the paths of a request begin: a home folder, or a folder that they cannot leave.</summary>
public sealed class FileRoot
{
    private readonly byte[] _folder;

    private FileRoot(string folder, bool isBounded)
    {
        _folder = Encoding.UTF8.GetBytes(folder);
        IsBounded = isBounded;
    }

    /// <summary>Whether no path leads out of the folder.</summary>
    public bool IsBounded { get; }

    /// <summary>Paths as in a shell: absolute, <c>~</c>, <c>~/x</c>, <c>~user/x</c>, or relative to a home folder.</summary>
    /// <remarks>Links are followed.</remarks>
    public static FileRoot Home(string home)
    {
        ArgumentException.ThrowIfNullOrEmpty(home);
        return new(home, isBounded: false);
    }

    /// <summary>Paths that stay below a folder. <c>/x</c>, <c>x</c> and <c>~/x</c> are the same there.</summary>
    /// <remarks>
    /// The kernel resolves each path (openat2 with RESOLVE_BENEATH), so that neither links nor <c>..</c> nor a race lead outside; the
    /// error of a path that leads outside does not depend on what is there. Before Linux 5.6 links are refused instead.
    /// </remarks>
    public static FileRoot Below(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return new(directory, isBounded: true);
    }

    /// <summary>Opens the folder that contains a path. The caller disposes the location.</summary>
    /// <param name="path">The path. The empty path is the home folder.</param>
    /// <exception cref="FileException">The path's folder does not exist or cannot be opened, or the path leads outside.</exception>
    public FileLocation Locate(ReadOnlySpan<byte> path)
    {
        RequestPath request = Resolve(path);
        return new(this, OpenParent(request), request);
    }

    /// <summary>Locates an entry of an open folder of a bounded root, by the path that the folder has now.</summary>
    /// <returns>The location. The caller disposes it.</returns>
    /// <exception cref="FileException">The folder is not below the root any more, or its path is too long.</exception>
    internal FileLocation LocateEntry(Folder folder, FileName name)
    {
        string text = folder.TextOf(name);
        RequestPath request = RequestPath.Of(PathBelow(folder.Handle, text), name.Bytes, text);
        return new(this, OpenParent(request), request);
    }

    /// <summary>Opens a folder, and follows links. The caller disposes it.</summary>
    /// <exception cref="FileException">The folder does not exist or cannot be opened, or the path leads outside.</exception>
    public Folder OpenFolder(ReadOnlySpan<byte> path)
    {
        RequestPath request = Resolve(path);
        return new(Open(request.Whole, request.Text), request.Text);
    }

    /// <summary>Opens what a path names, by descriptor only or for reading, and follows links within the root.</summary>
    internal SafeFileHandle OpenTarget(FileLocation location, byte[] path, int flags)
    {
        if (!IsBounded)
            return FolderOpener.FollowEntry(location.Parent.Handle, location.Name, flags, location.Text);
        using SafeFileHandle root = OpenRoot();
        return FolderOpener.Beneath(root, path, flags, location.Text);
    }

    /// <summary>Locates what a link says.</summary>
    /// <param name="link">The path of the link.</param>
    /// <param name="target">What the link says.</param>
    internal FileLocation LocateTarget(RequestPath link, ReadOnlySpan<byte> target)
    {
        bool isAbsolute = target.StartsWith("/"u8);
        if (isAbsolute && IsBounded)
            throw new FileException(FileFault.Outside, link.Text);
        bool isFromStart = isAbsolute || link.Parent.Length == 0;
        byte[] whole = isFromStart ? target.ToArray() : [.. link.Parent, (byte)'/', .. target];
        RequestPath request = RequestPath.Of(whole, link.Text);
        return new(this, OpenParent(request), request);
    }

    // Relative to the root; empty for the root itself.
    private ReadOnlySpan<byte> PathBelow(SafeFileHandle folder, string text)
    {
        using SafeFileHandle opened = OpenRoot();
        ReadOnlySpan<byte> path = RealPathOf(folder, text), root = RealPathOf(opened, text).TrimEnd((byte)'/');
        bool isBelow = path.StartsWith(root) && (path.Length == root.Length || path[root.Length] == '/');
        return isBelow ? path[root.Length..].TrimStart((byte)'/') : throw new FileException(FileFault.Outside, text);
    }

    private static ReadOnlySpan<byte> RealPathOf(SafeFileHandle folder, string text)
        => DescriptorPath.Read(folder) is { } path
            ? EscapedBytes.ToBytes(path)
            : throw new FileException(FileFault.NameTooLong, text);

    // A failure names the whole path, because that is what the request asked for.
    private Folder OpenParent(RequestPath request) => request.Name is null
        ? new(Open(request.Whole, request.Text), request.Text)
        : new(Open(request.Parent, request.Text), request.ParentText);

    private SafeFileHandle Open(byte[] path, string text)
    {
        if (!IsBounded)
            return FolderOpener.Follow(FileCalls.CurrentFolder, path, text);
        using SafeFileHandle root = OpenRoot();
        return FolderOpener.Beneath(root, path, FolderOpener.PathFlags | Flags.Folder, text);
    }

    private SafeFileHandle OpenRoot() => FolderOpener.Follow(FileCalls.CurrentFolder, _folder, "/");

    private RequestPath Resolve(ReadOnlySpan<byte> path)
    {
        FolderOpener.RequireLinux();
        string text = path.IsEmpty ? "~" : EscapedBytes.Of(path);
        path = PathBytes.WithoutNul(path, text);
        if (IsBounded)
        {
            ReadOnlySpan<byte> below = path.SequenceEqual("~"u8) || path.StartsWith("~/"u8) ? path[1..] : path;
            return RequestPath.Of(below.TrimStart((byte)'/'), text);
        }

        if (path.StartsWith("~"u8))
        {
            int slash = path.IndexOf((byte)'/');
            ReadOnlySpan<byte> user = slash < 0 ? path[1..] : path[1..slash];
            ReadOnlySpan<byte> rest = slash < 0 ? default : path[(slash + 1)..];
            byte[] home = user.IsEmpty ? _folder : UserHome.Of(user, text);
            return RequestPath.Of(home, rest, text);
        }

        return path.StartsWith("/"u8) ? RequestPath.Of(path, text) : RequestPath.Of(_folder, path, text);
    }
}
