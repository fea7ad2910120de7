using RemoteShell.Files.Names;

namespace RemoteShell.Files.Folders;

/// <summary>A path of a request, resolved as text: where it begins is known, but nothing is opened.</summary>
internal sealed class RequestPath
{
    private RequestPath(byte[] whole, byte[] parent, FileName? name, string text)
    {
        Whole = whole;
        Parent = parent;
        Name = name;
        Text = text;
    }

    /// <summary>All of the path; relative to the root if that is bounded, and never empty otherwise.</summary>
    public byte[] Whole { get; }

    /// <summary>The path without its last name; empty for the root itself.</summary>
    public byte[] Parent { get; }

    /// <summary>The last name; null if the path does not end with one, such as <c>/</c>, <c>~</c> and <c>x/..</c>.</summary>
    public FileName? Name { get; }

    /// <summary>The path for messages, escaped, as the request named it.</summary>
    public string Text { get; }

    /// <summary>The path of the parent for messages.</summary>
    public string ParentText
    {
        get
        {
            string trimmed = Text.TrimEnd('/');
            int slash = trimmed.LastIndexOf('/');
            return slash == 0 ? "/" : trimmed[..Math.Max(0, slash)];
        }
    }

    /// <summary>Splits a path into its parent and its last name.</summary>
    public static RequestPath Of(ReadOnlySpan<byte> path, string text) => Of(default, path, text);

    /// <summary>Splits a path below a folder. If the rest is empty, the path has no name: it is the folder.</summary>
    public static RequestPath Of(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> rest, string text)
    {
        if (!folder.IsEmpty)
            rest = rest.TrimStart((byte)'/');
        ReadOnlySpan<byte> trimmed = rest.TrimEnd((byte)'/');
        int slash = trimmed.LastIndexOf((byte)'/');
        ReadOnlySpan<byte> name = trimmed[(slash + 1)..];
        ReadOnlySpan<byte> parent = slash == 0 ? "/"u8 : trimmed[..Math.Max(0, slash)];
        if (trimmed.IsEmpty && !rest.IsEmpty)
            return new("/"u8.ToArray(), [], null, text);
        bool hasName = !name.IsEmpty && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);
        if (hasName && name.Length > FileName.MaxLength)
            throw new FileException(FileFault.NameTooLong, text);
        return new(Join(folder, trimmed), Join(folder, parent), hasName ? FileName.Of(name) : null, text);
    }

    private static byte[] Join(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> path)
    {
        if (folder.IsEmpty || path.IsEmpty)
            return folder.IsEmpty ? path.ToArray() : folder.ToArray();
        return [.. folder, (byte)'/', .. path];
    }
}
