namespace RemoteShell.Files.Folders;

/// <summary>Checks the bytes of paths that come from a request.</summary>
internal static class PathBytes
{
    /// <summary>Returns the path, which must not contain a NUL: the C library would end it there.</summary>
    public static ReadOnlySpan<byte> WithoutNul(ReadOnlySpan<byte> path, string text)
        => path.Contains((byte)0) ? throw new FileException(FileFault.Other, text, "the path contains a NUL byte") : path;
}
