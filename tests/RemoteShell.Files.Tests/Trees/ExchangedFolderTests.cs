using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Quotas;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Trees;

namespace RemoteShell.Files.Tests.Trees;

/// <summary>A link that leads outside takes the place of a folder after the folder was found, and before it is opened.</summary>
public sealed class ExchangedFolderTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Folder _root;

    public ExchangedFolderTests()
    {
        _folder.Shell(
            """
            mkdir -p root/a/b/c root/z outside/c
            for f in a/f a/b/f a/b/c/f z/f; do echo good > root/$f; done
            for f in f c/f; do echo bad > outside/$f; echo bad > outside/$f-outside; done
            """);
        _root = Open("root");
    }

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("a/b/c")]
    public void Nothing_outside_is_walked(string exchanged)
    {
        List<TreeItem> items = [];
        foreach (TreeItem item in new TreeWalker(TreeFilter.None).Walk(_root))
        {
            items.Add(item);
            if (item.Kind == TreeItemKind.Entry && item.Path.Escaped == exchanged)
                Exchange(exchanged);
        }

        Assert.DoesNotContain(items, item => item.Path.Escaped.EndsWith("-outside", StringComparison.Ordinal));
        Assert.DoesNotContain(items, item => item.Path.Escaped == $"{exchanged}/f");
        Assert.Contains(items, item => item.Kind == TreeItemKind.Fault && item.Path.Escaped == exchanged);
        Assert.Contains(items, item => item.Path.Escaped == "z/f");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("a/b/c")]
    public void Nothing_outside_is_removed(string exchanged)
    {
        FileException fault = Assert.Throws<FileException>(
            () => TreeRemover.Remove(_root, TestFolder.Name("a"), ContentQuota.Unlimited, ExchangeIt));
        Assert.Equal(FileFault.NotFolder, fault.Fault);
        Assert.Equal(4, Directory.GetFiles(_folder["outside"], "*", SearchOption.AllDirectories).Length);
        // The link itself is not followed either.
        TreeRemover.Remove(_root, TestFolder.Name("a"), ContentQuota.Unlimited);
        Assert.Equal(["z"], _root.List().Select(name => name.Escaped));
        Assert.Equal(4, Directory.GetFiles(_folder["outside"], "*", SearchOption.AllDirectories).Length);

        // After the folder was found.
        void ExchangeIt(Folder parent, FileName name, FileEntry entry)
        {
            if (name == RelativePath.Unescape(exchanged).Name)
                Exchange(exchanged);
        }
    }

    private void Exchange(string path)
    {
        RelativePath place = RelativePath.Unescape(path);
        using Folder parent = _root.OpenFolder(place.Parent);
        parent.Rename(place.Name, _folder.Folder, TestFolder.Name("parked"));
        parent.MakeLink(place.Name, System.Text.Encoding.UTF8.GetBytes(_folder["outside"]));
    }

    private Folder Open(string path) => _folder.Folder.OpenFolder(RelativePath.Unescape(path));
}
