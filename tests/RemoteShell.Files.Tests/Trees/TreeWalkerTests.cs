using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Trees;

namespace RemoteShell.Files.Tests.Trees;

public class TreeWalkerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_tree_with_odd_names_is_walked_as_by_find(int seed)
    {
        using var temporary = new TestFolder();
        MakeTree(temporary.Folder, new(seed), 4);
        string[] expected = [.. Lines(temporary.Shell("find . -mindepth 1 -printf '%P\\0'")).Order(StringComparer.Ordinal)];
        Assert.True(expected.Length > 20);
        List<TreeItem> items = [.. new TreeWalker(TreeFilter.None).Walk(temporary.Folder)];
        RelativePath[] entries = [.. items.Where(item => item.Kind == TreeItemKind.Entry).Select(item => item.Path)];
        Assert.Equal(entries.Order(), entries);
        Assert.Equal(expected, entries.Select(path => Convert.ToHexString(path.ToBytes())).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(items, item => item.Kind == TreeItemKind.Fault);
        RelativePath[] folders =
        [
            .. items.Where(item => item.Entry?.Kind == EntryKind.Folder).Select(item => item.Path).Append(RelativePath.Empty).Order(),
        ];
        TreeItem[] ends = [.. items.Where(item => item.Kind == TreeItemKind.EndOfFolder)];
        Assert.Equal(folders, ends.Select(item => item.Path).Order());
        Assert.All(ends, end => Assert.True(end.IsComplete));
        Assert.True(items[^1].Path.IsEmpty);
    }

    [Fact]
    public void Links_and_special_files_are_items_and_are_not_followed()
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir -p a/b; ln -s ../.. a/b/loop; ln -s loop2 loop2; mkfifo fifo; ln -s a link");
        List<TreeItem> items = [.. new TreeWalker(TreeFilter.None).Walk(temporary.Folder)];
        Assert.Equal(["a", "a/b", "a/b/loop", "a/b.", "a.", "fifo", "link", "loop2", "."], items.Select(TextOf));
        Assert.Equal("../.."u8.ToArray(), items[2].LinkTarget);
        Assert.Equal(EntryKind.Fifo, items[5].Entry?.Kind);
    }

    [Fact]
    public void Tree_that_is_a_thousand_folders_deep_is_walked_with_few_descriptors()
    {
        using var temporary = new TestFolder();
        const int depth = 1000;
        FileName name = TestFolder.Name("a-folder"), file = TestFolder.Name("z");
        Folder folder = temporary.Folder.Duplicate();
        for (int i = 0; i < depth; i++)
        {
            folder.MakeFolder(name, 0x1ff);
            folder.MakeLink(file, "x"u8);
            Folder next = folder.OpenFolder(name);
            folder.Dispose();
            folder = next;
        }

        folder.Dispose();
        int items = 0, most = 0, before = Descriptors();
        foreach (TreeItem item in new TreeWalker(TreeFilter.None).Walk(temporary.Folder))
        {
            items++;
            Assert.NotEqual(TreeItemKind.Fault, item.Kind);
            most = items % 50 == 0 ? Math.Max(most, Descriptors()) : most;
        }

        Assert.Equal(3 * depth + 1, items);
        // Other tests open files at the same time.
        Assert.InRange(most - before, 1, 300);
    }

    [Fact]
    public void Folder_with_more_names_than_memory_holds_is_walked_in_order()
    {
        using var temporary = new TestFolder();
        const int files = 2 * Folder.MostNames + 3;
        for (int i = 0; i < files; i++)
            temporary.Folder.MakeLink(TestFolder.Name($"{i * 7919 % files}"), "x"u8);
        string[] folders = ["5-folder", "51-folder", "9-folder"];
        foreach (string folder in folders)
            temporary.Folder.MakeFolder(TestFolder.Name(folder), 0x1ff);
        TreeItem[] items = [.. new TreeWalker(TreeFilter.None).Walk(temporary.Folder)];
        string[] names = [.. Enumerable.Range(0, files).Select(i => $"{i}").Concat(folders).Order(StringComparer.Ordinal)];
        Assert.Equal(names, items.Where(item => item.Kind == TreeItemKind.Entry).Select(item => item.Path.Escaped));
        Assert.All(items.Where(item => item.Kind == TreeItemKind.EndOfFolder), end => Assert.True(end.IsComplete));
        Assert.Equal(names.Length + folders.Length + 1, items.Length);
    }

    // The names of a folder that is closed meanwhile are read again.
    [Fact]
    public void Deep_walk_goes_on_in_each_folder_above()
    {
        using var temporary = new TestFolder();
        const int depth = 100;
        Folder folder = temporary.Folder.Duplicate();
        foreach (string path in Enumerable.Range(0, depth).Select(level => $"m{level}"))
        {
            foreach (string name in (string[])["a", "b", "n", "z"])
                folder.MakeLink(TestFolder.Name(name), "x"u8);
            folder.MakeFolder(TestFolder.Name(path), 0x1ff);
            Folder next = folder.OpenFolder(TestFolder.Name(path));
            folder.Dispose();
            folder = next;
        }

        folder.Dispose();
        TreeItem[] items = [.. new TreeWalker(TreeFilter.None).Walk(temporary.Folder)];
        RelativePath[] entries = [.. items.Where(item => item.Kind == TreeItemKind.Entry).Select(item => item.Path)];
        Assert.Equal(5 * depth, entries.Length);
        Assert.Equal(entries.Distinct().Order(), entries);
        Assert.DoesNotContain(items, item => item.Kind == TreeItemKind.Fault);
    }

    [Fact]
    public void Folder_that_cannot_be_read_is_a_fault_and_makes_all_above_it_incomplete()
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir -p a/gone a/ok b");
        using IEnumerator<TreeItem> walk = new TreeWalker(TreeFilter.None).Walk(temporary.Folder).GetEnumerator();
        var seen = new List<string>();
        while (walk.MoveNext())
        {
            seen.Add($"{walk.Current.Kind} {TextOf(walk.Current)} {walk.Current.IsComplete} {walk.Current.Fault?.Fault}".TrimEnd());
            // The names of 'a' are known by now.
            if (walk.Current.Path.Escaped == "a/gone" && walk.Current.Kind == TreeItemKind.Entry)
                temporary.Shell("rmdir a/gone");
        }

        Assert.Equal(
            [
                "Entry a False", "Entry a/gone False", "Fault a/gone False NotFound", "EndOfFolder a/gone. False", "Entry a/ok False",
                "EndOfFolder a/ok. True", "EndOfFolder a. False", "Entry b False", "EndOfFolder b. True", "EndOfFolder . False",
            ],
            seen);
    }

    [Fact]
    public void Folder_without_permission_is_a_fault()
    {
        Assert.SkipWhen(Environment.UserName == "root", "needs a user: the superuser may read everything");
        using var temporary = new TestFolder();
        temporary.Shell("mkdir a; chmod 0 a");
        TreeItem fault = new TreeWalker(TreeFilter.None).Walk(temporary.Folder).Single(item => item.Kind == TreeItemKind.Fault);
        Assert.Equal(FileFault.Denied, fault.Fault?.Fault);
    }

    [Fact]
    public void Deep_folder_that_is_replaced_by_a_link_is_a_fault_and_the_link_is_not_followed()
    {
        using var temporary = new TestFolder();
        string deep = string.Join('/', Enumerable.Repeat("d", 60));
        temporary.Shell($"mkdir -p {deep} outside/d; touch outside/secret d/z outside/z");
        bool isSwapped = false;
        var faults = new List<FileFault>();
        foreach (TreeItem item in new TreeWalker(TreeFilter.None).Walk(temporary.Folder))
        {
            Assert.NotEqual("d/secret", item.Path.Escaped);
            if (item.Fault is { } fault)
                faults.Add(fault.Fault);
            if (item.Kind == TreeItemKind.EndOfFolder && !isSwapped)
            {
                temporary.Shell("mv d moved; ln -s outside d");
                isSwapped = true;
            }
        }

        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.Equal(FileFault.NotFolder, fault));
    }

    [Fact]
    public void Excluded_entries_and_all_below_them_are_left_out()
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir -p keep/build build; touch build/x keep/build/y keep/a.o keep/b.o");
        TreeFilter filter = TreeFilter.Of(["build/", "*.o", "!b.o"]);
        Assert.Equal(["keep", "keep/b.o", "keep.", "."], new TreeWalker(filter).Walk(temporary.Folder).Select(TextOf));
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static string TextOf(TreeItem item) => item.Path.Escaped + (item.Kind == TreeItemKind.EndOfFolder ? "." : "");

    private static IEnumerable<string> Lines(byte[] output)
        => Convert.ToHexString(output).Chunk(2).Aggregate(
            new List<StringBuilder> { new() },
            (names, pair) =>
            {
                if (pair is ['0', '0'])
                    names.Add(new());
                else
                    names[^1].Append(pair);
                return names;
            }).Select(name => name.ToString()).Where(name => name.Length > 0);

    private static void MakeTree(Folder folder, Random random, int depth)
    {
        foreach (FileName name in OddNames.All.Where(_ => random.Next(3) == 0))
        {
            if (depth == 0 || random.Next(2) == 0)
            {
                folder.MakeLink(name, "nowhere"u8);
                continue;
            }

            folder.MakeFolder(name, 0x1ff);
            using Folder inner = folder.OpenFolder(name);
            MakeTree(inner, random, depth - 1);
        }
    }
}
