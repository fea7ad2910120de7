using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Authentication.Rules;

namespace RemoteShell.Server.Files;

/// <summary>What a key may do with files, by their real paths.</summary>
/// <param name="permission">Decides for the key.</param>
/// <param name="log">Receives what is refused.</param>
/// <param name="root">The folder that is the key's <c>/</c>; null: that of the machine.</param>
internal sealed class FileBounds(KeyPermission permission, RefusalLog log, string? root)
{
    /// <summary>The bounds of reading.</summary>
    public IEntryBounds Reading => new Bounds(this, KeyVerb.Get);

    /// <summary>The bounds of writing.</summary>
    public IEntryBounds Writing => new Bounds(this, KeyVerb.Put);

    /// <summary>Requires that the key may do something with some files.</summary>
    /// <param name="verb"><see cref="KeyVerb.Get"/> or <see cref="KeyVerb.Put"/>.</param>
    /// <param name="path">The path for messages.</param>
    /// <exception cref="FileException">It may not.</exception>
    public void RequireAny(string verb, string path) => Require(new(verb, $"{verb} {path}"), path);

    /// <summary>Requires a source that is open.</summary>
    /// <param name="source">The source.</param>
    /// <param name="isRecursive">Whether all below it is sent too.</param>
    /// <exception cref="FileException">The key may not read it.</exception>
    public void RequireSource(TransferSource source, bool isRecursive)
        => Require(KeyVerb.Get, source.Parent, source.Name, isRecursive || source.Name is null ? PathScope.Tree : PathScope.Entry);

    /// <summary>Requires a target that is open.</summary>
    /// <param name="verb"><see cref="KeyVerb.Put"/>, or <see cref="KeyVerb.Get"/> if the transfer tells what is there.</param>
    /// <param name="target">The target.</param>
    /// <param name="isRecursive">Whether folders may be written.</param>
    /// <exception cref="FileException">The key may not use it.</exception>
    public void RequireTarget(string verb, TransferTarget target, bool isRecursive)
    {
        PathScope scope = target.Name is null ? PathScope.Children : PathScope.Entry;
        Require(verb, target.Base, target.Name, isRecursive ? PathScope.Tree : scope);
    }

    /// <summary>Requires an open file.</summary>
    /// <param name="realPath">Its path, without links; null: not known.</param>
    /// <param name="path">The path for messages.</param>
    /// <exception cref="FileException">The key may not read it.</exception>
    public void RequireFile(string? realPath, string path)
    {
        if (permission.DependsOnPaths)
            Require(KeyVerb.Get, realPath, path, PathScope.Entry);
    }

    /// <summary>A path as a key sees it.</summary>
    /// <param name="root">The folder that is the key's <c>/</c>; null: that of the machine.</param>
    /// <param name="path">The real path on the machine.</param>
    public static string SeenFrom(string? root, string path)
    {
        if (root is null)
            return path;
        using Folder folder = FileRoot.Below(root).OpenFolder("/"u8);
        string start = folder.FullPath.TrimEnd('/');
        return path.StartsWith(start, StringComparison.Ordinal) ? $"/{path[start.Length..].TrimStart('/')}" : path;
    }

    private void Require(string verb, Folder parent, FileName? name, PathScope scope)
    {
        if (!permission.DependsOnPaths)
            return;
        string text = name is { } last ? parent.TextOf(last) : parent.Text;
        string? folder = DescriptorPath.Read(parent.Handle);
        Require(verb, folder is null || name is null ? folder : Folder.Join(folder, name.Value.Escaped), text, scope);
    }

    // Without a real path nothing is certain: it is too long, or the folder was deleted.
    private void Require(string verb, string? realPath, string text, PathScope scope)
    {
        if (realPath is null)
            throw new FileException(FileFault.Denied, text, KeyRefusal.NotAllowed);
        Require(new(verb, $"{verb} {text}") { Path = SeenFrom(root, realPath), Scope = scope }, text);
    }

    private void Require(AskedRequest asked, string text)
    {
        if (permission.Decide(asked) is not { } refusal)
            return;
        log.Report(refusal, asked.Text);
        throw new FileException(FileFault.Denied, text, refusal.Text) { Hint = refusal.Hint };
    }

    private sealed class Bounds(FileBounds all, string verb) : IEntryBounds
    {
        public void RequireEntry(Folder parent, FileName? name) => all.Require(verb, parent, name, PathScope.Entry);

        public void RequireNames(Folder folder) => all.Require(verb, folder, null, PathScope.Names);

        public void RequireTree(Folder parent, FileName? name) => all.Require(verb, parent, name, PathScope.Tree);
    }
}
