using System.Text;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Tests.Folders;

public class FileRootTests
{
    [Theory]
    [InlineData("", null, "home")]
    [InlineData("~", null, "home")]
    [InlineData("~/", null, "home")]
    [InlineData("~//", null, "home")]
    [InlineData("~/dir/file", "file", "dir")]
    [InlineData("dir//file", "file", "dir")]
    [InlineData("dir/file/", "file", "dir")]
    [InlineData("file", "file", "home")]
    [InlineData("dir/.", null, "dir")]
    [InlineData("dir/..", null, "home")]
    [InlineData("link/file", "file", "dir")]
    [InlineData("./~", "~", "home")]
    public void Home_path_is_located_as_in_a_shell(string path, string? name, string parent)
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir dir; ln -s dir link");
        using FileLocation location = FileRoot.Home(temporary.Path).Locate(Encoding.UTF8.GetBytes(path));
        Assert.Equal(name, location.Name?.Escaped);
        using Folder expected = parent == "home" ? temporary.Folder.Duplicate() : temporary.Folder.OpenFolder(TestFolder.Name(parent));
        Assert.True(location.Parent.Self().IsSameFile(expected.Self()));
    }

    [Fact]
    public void Home_path_may_be_absolute_or_begin_at_another_users_home()
    {
        FileRoot root = FileRoot.Home("/nonexistent");
        Assert.False(root.IsBounded);
        using FileLocation slash = root.Locate("/"u8);
        Assert.Null(slash.Name);
        using FileLocation etc = root.Locate("/etc"u8);
        Assert.Equal("etc", etc.Name?.Escaped);
        Assert.True(etc.Parent.Self().IsSameFile(slash.Parent.Self()));
        string home = File.ReadLines("/etc/passwd").First(line => line.StartsWith("root:", StringComparison.Ordinal)).Split(':')[5];
        using Folder user = root.OpenFolder("~root"u8);
        using Folder expected = Folder.Open(Encoding.UTF8.GetBytes(home));
        Assert.True(user.Self().IsSameFile(expected.Self()));
        FileException fault = Assert.Throws<FileException>(() => root.Locate("~no-such-user-here/x"u8));
        Assert.Equal("~no-such-user-here/x: no such user", fault.Message);
    }

    [Theory]
    [InlineData("inside/secret")]
    [InlineData("/inside/secret")]
    [InlineData("~/inside/secret")]
    [InlineData("///inside/./../inside/secret")]
    public void Bounded_path_is_below_its_directory(string path)
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir -p root/inside; echo good >root/inside/secret");
        using FileLocation location = FileRoot.Below(temporary["root"]).Locate(Encoding.UTF8.GetBytes(path));
        using OpenedFile file = location.OpenRead();
        Assert.Equal(5, file.Entry.Size);
        Assert.Equal(path, location.Text);
    }

    public static TheoryData<string> Outside =>
    [
        "..", "../outside/secret", "/../outside/secret", "inside/../../outside/secret", "up/outside/secret", "absolute/secret",
        "up/none/secret", "absolute/none/x", "inside/up/outside/secret", "../none/x",
    ];

    [Theory]
    [MemberData(nameof(Outside))]
    public void Bounded_path_that_leads_outside_has_one_answer_whatever_is_there(string path)
    {
        using TestFolder temporary = Bounded();
        FileException fault = Assert.Throws<FileException>(() => FileRoot.Below(temporary["root"]).Locate(Encoding.UTF8.GetBytes(path)));
        Assert.Equal($"{path}: is outside the permitted directory", fault.Message);
        FileFault walked = Assert.Throws<FileException>(() => Walk(temporary, path)).Fault;
        Assert.True(walked is FileFault.Outside or FileFault.NotFolder, $"{walked}");
    }

    [Fact]
    public void Bounded_link_that_leads_outside_is_not_followed()
    {
        using TestFolder temporary = Bounded();
        FileRoot root = FileRoot.Below(temporary["root"]);
        foreach (string link in (string[])["leak", "leak-none", "inside/leak"])
        {
            using FileLocation location = root.Locate(Encoding.UTF8.GetBytes(link));
            Assert.Equal(EntryKind.Link, location.TryStat()?.Kind);
            Assert.Equal(FileFault.Outside, Assert.Throws<FileException>(() => location.TryStatTarget()).Fault);
            Assert.Equal(FileFault.Outside, Assert.Throws<FileException>(() => location.OpenRead()).Fault);
            Assert.Equal(FileFault.Outside, Assert.Throws<FileException>(() => location.OpenFolder()).Fault);
            Assert.Equal(FileFault.Outside, Assert.Throws<FileException>(() => location.LocateTarget()).Fault);
        }
    }

    [Fact]
    public void Link_within_the_bounds_is_followed()
    {
        Assert.SkipUnless(FolderOpener.HasOpenAt2, "needs openat2: without it links are refused");
        using TestFolder temporary = Bounded();
        FileRoot root = FileRoot.Below(temporary["root"]);
        using FileLocation location = root.Locate("inside/back"u8);
        Assert.Equal(5, location.TryStatTarget()?.Size);
        using OpenedFile file = location.OpenRead();
        Assert.Equal(5, file.Entry.Size);
        using FileLocation target = location.LocateTarget();
        Assert.Equal("file", target.Name?.Escaped);
        using FileLocation folder = root.Locate("to-inside"u8);
        using Folder opened = folder.OpenFolder();
        Assert.Contains(TestFolder.Name("back"), opened.List());
        using FileLocation dangling = root.Locate("dangling"u8);
        Assert.Null(dangling.TryStatTarget());
        using FileLocation future = dangling.LocateTarget();
        Assert.Equal("none", future.Name?.Escaped);
        Assert.Null(future.TryStat());
        using FileLocation loop = root.Locate("loop"u8);
        Assert.Equal(FileFault.LinkLoop, Assert.Throws<FileException>(() => loop.LocateTarget()).Fault);
    }

    [Fact]
    public void Path_longer_than_the_kernel_takes_is_opened_in_steps()
    {
        using var temporary = new TestFolder();
        string name = new('d', 200);
        Folder folder = temporary.Folder.Duplicate();
        for (int depth = 0; depth < 50; depth++)
        {
            folder.MakeFolder(TestFolder.Name(name), 0x1ff);
            Folder next = folder.OpenFolder(TestFolder.Name(name));
            folder.Dispose();
            folder = next;
        }

        FileEntry expected = folder.Self();
        folder.Dispose();
        string path = string.Join('/', Enumerable.Repeat(name, 50));
        Assert.True(path.Length > 4096);
        using Folder bounded = FileRoot.Below(temporary.Path).OpenFolder(Encoding.UTF8.GetBytes(path));
        using Folder home = FileRoot.Home(temporary.Path).OpenFolder(Encoding.UTF8.GetBytes(path));
        using Folder relative = temporary.Folder.OpenFolder(RelativePath.Unescape(path));
        Assert.All([bounded, home, relative], opened => Assert.True(opened.Self().IsSameFile(expected)));
        byte[] name300 = Encoding.ASCII.GetBytes(new string('x', 300));
        FileException fault = Assert.Throws<FileException>(() => FileRoot.Home(temporary.Path).Locate(name300));
        Assert.Equal(FileFault.NameTooLong, fault.Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_outside_is_read_while_a_folder_and_a_link_are_swapped(bool withOpenAt2)
    {
        Assert.SkipUnless(!withOpenAt2 || FolderOpener.HasOpenAt2, "needs openat2");
        using TestFolder temporary = Bounded();
        temporary.Shell("mkdir root/x; echo good >root/x/secret; ln -s ../outside root/y");
        const int swaps = 10_000;
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        Task swapping = Task.Run(() => Swap(temporary.Folder, swaps, end));
        using SafeFileHandle root = RootOf(temporary);
        int good = 0, refused = 0;
        while (!swapping.IsCompleted)
        {
            try
            {
                using SafeFileHandle file = withOpenAt2
                    ? FolderOpener.Beneath(root, "x/secret"u8, OpenedFile.ReadFlags, "x/secret")
                    : BeneathWalk.Open(root, "x/secret"u8, OpenedFile.ReadFlags, "x/secret");
                var bytes = new byte[16];
                int count = FileReads.Read(file, 0, bytes, "x/secret");
                Assert.Equal("good\n", Encoding.ASCII.GetString(bytes, 0, count));
                good++;
            }
            catch (FileException e)
            {
                Assert.Contains(e.Fault, (FileFault[])[FileFault.Outside, FileFault.NotFolder, FileFault.NotFound]);
                refused++;
            }
        }

        await swapping.Within();
        Assert.True(good > 0, "the folder was never there");
        Assert.True(refused > 0, "the link was never there");
    }

    private static void Swap(Folder parent, int swaps, CancellationTokenSource end)
    {
        using Folder root = parent.OpenFolder(TestFolder.Name("root"));
        FileName x = TestFolder.Name("x"), y = TestFolder.Name("y"), z = TestFolder.Name("z");
        for (int i = 0; i < swaps && !end.IsCancellationRequested; i++)
        {
            root.Rename(x, root, z);
            root.Rename(y, root, x);
            root.Rename(x, root, y);
            root.Rename(z, root, x);
        }
    }

    private static SafeFileHandle RootOf(TestFolder temporary)
        => FolderOpener.Follow(FileCalls.CurrentFolder, Encoding.UTF8.GetBytes(temporary["root"]), "/");

    private static SafeFileHandle Walk(TestFolder temporary, string path)
    {
        using SafeFileHandle root = RootOf(temporary);
        return BeneathWalk.Open(root, Encoding.UTF8.GetBytes(path), FolderOpener.PathFlags, path);
    }

    private static TestFolder Bounded()
    {
        var temporary = new TestFolder();
        temporary.Shell(
            """
            mkdir -p root/inside outside
            echo bad >outside/secret
            echo good >root/file
            ln -s .. root/up
            ln -s ../.. root/inside/up
            ln -s "$PWD/outside" root/absolute
            ln -s ../outside/secret root/leak
            ln -s ../outside/none root/leak-none
            ln -s "$PWD/outside/secret" root/inside/leak
            ln -s ../file root/inside/back
            ln -s inside root/to-inside
            ln -s none root/dangling
            ln -s loop root/loop
            """);
        return temporary;
    }
}
