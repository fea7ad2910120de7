using System.Globalization;
using System.Net.Sockets;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Tests.Folders;

public class FolderTests
{
    [Fact]
    public void Odd_names_are_made_listed_read_renamed_and_removed()
    {
        using var temporary = new TestFolder();
        Folder folder = temporary.Folder;
        folder.MakeFolder(TestFolder.Name("other"), 0x1ff);
        using Folder other = folder.OpenFolder(TestFolder.Name("other"));
        foreach (FileName name in OddNames.All)
            folder.MakeLink(name, "target"u8);
        Assert.Equal([.. OddNames.All.Append(TestFolder.Name("other")).Order()], folder.List());
        foreach (FileName name in OddNames.All)
        {
            Assert.Equal("target"u8.ToArray(), folder.ReadLink(name));
            folder.Rename(name, other, name);
        }

        Assert.Equal([.. OddNames.All.Order()], other.List());
        foreach (FileName name in OddNames.All)
            other.Remove(name);
        Assert.Empty(other.List());
        folder.RemoveFolder(TestFolder.Name("other"));
        Assert.Empty(folder.List());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Names_behind_one_are_the_first_of_all_that_are_behind_it(int seed)
    {
        using var temporary = new TestFolder();
        var random = new Random(seed);
        IEnumerable<FileName> plain = Enumerable.Range(0, 200).Select(_ => TestFolder.Name($"{random.Next(1000)}"));
        foreach (FileName name in OddNames.All.Concat(plain).Distinct())
            temporary.Folder.MakeLink(name, "x"u8);
        FileName[] all = [.. temporary.Folder.List()];
        Assert.Equal(all, temporary.Folder.ReadNames().Order());
        for (int i = 0; i < 100; i++)
        {
            // One that is there, or not.
            FileName last = random.Next(2) == 0 ? all[random.Next(all.Length)] : TestFolder.Name($"{random.Next(1000)}x");
            int most = random.Next(1, 2 * all.Length);
            Assert.Equal(all.Where(name => name > last).Take(most), temporary.Folder.ListAfter(last, most));
            Assert.Equal(all.Take(most), temporary.Folder.ListAfter(null, most));
        }
    }

    [Fact]
    public void First_names_of_many_take_the_memory_of_few()
    {
        using var temporary = new TestFolder();
        for (int i = 0; i < 5000; i++)
            temporary.Folder.MakeLink(TestFolder.Name($"{i:00000}-with-a-name-that-is-rather-long"), "x"u8);
        temporary.Folder.ListAfter(null, 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10, temporary.Folder.ListAfter(TestFolder.Name("00100"), 10).Count);
        // The buffer for the answers of the kernel has 32 KiB; all names would take 400 KiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 1024);
        temporary.Folder.ReadNames().Count();
    }

    [Fact]
    public void Metadata_is_that_of_stat()
    {
        using var temporary = new TestFolder();
        temporary.Write("file", "12345");
        temporary.Shell("ln file second; chmod 4751 file; touch -d '2001-02-03 04:05:06.123456789 UTC' file; mkdir dir; ln -s file link");
        foreach (string name in (string[])["file", "dir", "link"])
        {
            FileEntry entry = temporary.Folder.Stat(TestFolder.Name(name));
            string[] expected = Encoding.ASCII.GetString(temporary.Shell($"stat -c '%s %a %i %h %u %g %b %.9Y %.9Z' {name}")).Split();
            string[] actual =
            [
                $"{entry.Size}", Convert.ToString(entry.Mode, 8), $"{entry.Inode}", $"{entry.Links}", $"{entry.User}", $"{entry.Group}",
                $"{entry.BlocksOnDisk}", TextOf(entry.Modified), TextOf(entry.Changed),
            ];
            Assert.Equal(expected[..9], actual);
        }

        EntryKind[] kinds = [.. temporary.Folder.List().Select(name => temporary.Folder.Stat(name).Kind)];
        Assert.Equal([EntryKind.Folder, EntryKind.File, EntryKind.Link, EntryKind.File], kinds);
        Assert.True(temporary.Folder.Self().IsSameFile(Folder.Open(Encoding.UTF8.GetBytes(temporary.Path)).Self()));
    }

    [Fact]
    public void Entry_that_does_not_exist_is_null_or_a_fault_with_its_path()
    {
        using var temporary = new TestFolder();
        Assert.Null(temporary.Folder.TryStat(TestFolder.Name("none")));
        FileException fault = Assert.Throws<FileException>(() => temporary.Folder.Stat(FileName.Of([0xff])));
        Assert.Equal(FileFault.NotFound, fault.Fault);
        Assert.Equal($@"{temporary.Path}/\xff: no such file or directory", fault.Message);
    }

    [Fact]
    public async Task Special_file_or_link_is_not_opened_and_nothing_waits()
    {
        using var temporary = new TestFolder();
        temporary.Write("file", "x");
        temporary.Shell("mkfifo fifo; ln -s file link; mkdir dir");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(temporary["socket"]));
        foreach (string name in (string[])["fifo", "link", "socket"])
        {
            Task<FileException> opening = Task.Run(() => FaultOf(() => temporary.Folder.OpenRead(TestFolder.Name(name))));
            Assert.Equal(FileFault.NotRegular, (await opening.Within()).Fault);
        }

        Assert.Equal(FileFault.IsFolder, FaultOf(() => temporary.Folder.OpenRead(TestFolder.Name("dir"))).Fault);
        using Folder devices = Folder.Open("/dev"u8);
        Assert.Equal(FileFault.NotRegular, FaultOf(() => devices.OpenRead(TestFolder.Name("zero"))).Fault);
        Assert.Equal(EntryKind.CharacterDevice, devices.Stat(TestFolder.Name("zero")).Kind);
    }

    [Fact]
    public void Folder_is_not_opened_through_a_link()
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir -p a/b; ln -s a link; ln -s b a/link; ln -s / root");
        Assert.Equal(FileFault.NotFolder, FaultOf(() => temporary.Folder.OpenFolder(TestFolder.Name("link"))).Fault);
        foreach (string path in (string[])["link/b", "a/link", "root/etc"])
        {
            Assert.Equal(FileFault.NotFolder, FaultOf(() => temporary.Folder.OpenFolder(RelativePath.Unescape(path))).Fault);
            byte[] bytes = RelativePath.Unescape(path).ToBytes();
            Assert.Equal(FileFault.NotFolder, FaultOf(() => BeneathWalk.Open(temporary.Folder.Handle, bytes, Flags.Folder, path)).Fault);
        }

        using Folder inner = temporary.Folder.OpenFolder(RelativePath.Unescape("a/b"));
        Assert.Empty(inner.List());
    }

    [Fact]
    public void Attributes_are_those_of_the_entry_and_not_of_a_link_target()
    {
        using var temporary = new TestFolder();
        Folder folder = temporary.Folder;
        temporary.Write("file", "x");
        temporary.Shell("chmod 600 file; ln -s file link");
        var time = new FileTime(-1, 999_999_999);
        FileTime before = folder.Stat(TestFolder.Name("file")).Modified;
        folder.SetModified(TestFolder.Name("link"), time);
        Assert.Equal(time, folder.Stat(TestFolder.Name("link")).Modified);
        Assert.Equal(before, folder.Stat(TestFolder.Name("file")).Modified);
        folder.SetModified(TestFolder.Name("file"), new(1_000_000_000, 123_456_789));
        Assert.Equal(new(1_000_000_000, 123_456_789), folder.Stat(TestFolder.Name("file")).Modified);
        Assert.Equal(FileFault.NotSupported, FaultOf(() => folder.SetMode(TestFolder.Name("link"), 0x1ff)).Fault);
        folder.SetMode(TestFolder.Name("file"), 0xfff);
        Assert.Equal(0xfff, folder.Stat(TestFolder.Name("file")).Mode);
    }

    [Fact]
    public void Owner_is_set_by_the_superuser()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs the superuser: sets the owner");
        using var temporary = new TestFolder();
        temporary.Write("file", "x");
        temporary.Shell("ln -s file link");
        temporary.Folder.SetOwner(TestFolder.Name("link"), 12, 34);
        FileEntry link = temporary.Folder.Stat(TestFolder.Name("link"));
        Assert.Equal((12u, 34u), (link.User, link.Group));
        Assert.Equal(0u, temporary.Folder.Stat(TestFolder.Name("file")).User);
    }

    [Fact]
    public void Hard_link_is_a_second_name_of_the_same_file()
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir dir; echo x >dir/file");
        using Folder inner = temporary.Folder.OpenFolder(TestFolder.Name("dir"));
        temporary.Folder.MakeHardLink(inner, TestFolder.Name("file"), TestFolder.Name("second"));
        Assert.True(inner.Stat(TestFolder.Name("file")).IsSameFile(temporary.Folder.Stat(TestFolder.Name("second"))));
        FileException fault = FaultOf(() => temporary.Folder.MakeHardLink(inner, TestFolder.Name("file"), TestFolder.Name("second")));
        Assert.Equal(FileFault.Exists, fault.Fault);
    }

    [Fact]
    public void Extended_attributes_are_read_and_written()
    {
        using var temporary = new TestFolder();
        temporary.Write("file", "x");
        temporary.Write("other", "x");
        FileAttribute[] attributes =
        [
            new("user.empty"u8.ToArray(), []),
            new([.. "user."u8, 0xff], [0, 1, 2, 255]),
            new("user.long"u8.ToArray(), new byte[2000]),
        ];
        try
        {
            temporary.Folder.WriteAttributes(TestFolder.Name("file"), attributes);
        }
        catch (FileException e) when (e.Fault == FileFault.NotSupported)
        {
            Assert.Skip("needs a file system with extended attributes");
        }

        IReadOnlyList<FileAttribute> read = temporary.Folder.ReadAttributes(TestFolder.Name("file"));
        Assert.Equal(3, read.Count);
        Assert.Equal(attributes.Select(TextOf).Order(), read.Select(TextOf).Order());
        Assert.Empty(temporary.Folder.ReadAttributes(TestFolder.Name("other")));
        temporary.Shell("ln -s file link; mkfifo fifo");
        Assert.Empty(temporary.Folder.ReadAttributes(TestFolder.Name("link")));
        Assert.False(temporary.Folder.WriteAttributes(TestFolder.Name("other"), [new("unknown.x"u8.ToArray(), [1]), attributes[0]]));
        Assert.Single(temporary.Folder.ReadAttributes(TestFolder.Name("other")));
        Assert.Empty(temporary.Folder.ReadAttributes(TestFolder.Name("fifo")));
    }

    [Fact]
    public void Data_between_holes_is_found()
    {
        using var temporary = new TestFolder();
        temporary.Shell("truncate -s 8M file; printf x | dd of=file bs=1 seek=3000000 conv=notrunc status=none");
        using OpenedFile file = temporary.Folder.OpenRead(TestFolder.Name("file"));
        (long start, long end) = Assert.NotNull(file.NextData(0));
        Assert.SkipUnless(start > 0, "needs a file system with holes");
        Assert.InRange(3_000_000, start, end - 1);
        Assert.InRange(end - start, 1, 1024 * 1024);
        Assert.Null(file.NextData(end));
        Assert.Null(file.NextData(8 * 1024 * 1024));
        Assert.Equal((3_000_000, end), file.NextData(3_000_000));
    }

    [Theory]
    [InlineData("printf y >>file")]
    [InlineData("printf y | dd of=file conv=notrunc status=none")]
    [InlineData("truncate -s 0 file")]
    public void Open_file_tells_that_it_has_changed(string change)
    {
        using var temporary = new TestFolder();
        temporary.Write("file", "xx");
        temporary.Shell("touch -d 2001-01-01 file");
        using OpenedFile file = temporary.Folder.OpenRead(TestFolder.Name("file"));
        var bytes = new byte[10];
        Assert.Equal(1, file.Read(1, bytes));
        Assert.False(file.HasChanged());
        temporary.Shell(change);
        Assert.True(file.HasChanged());
    }

    [Fact]
    public void Folder_stays_the_same_when_its_path_is_replaced()
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir dir; echo x >dir/file");
        using Folder folder = temporary.Folder.OpenFolder(TestFolder.Name("dir"));
        using Folder copy = folder.Duplicate();
        temporary.Shell("mv dir moved; mkdir dir");
        Assert.Equal([TestFolder.Name("file")], copy.List());
        Assert.Equal([TestFolder.Name("file")], folder.List());
        // A list begins at the start each time.
        Assert.Equal([TestFolder.Name("file")], folder.List());
    }

    [Fact]
    public void Faults_of_the_file_system_are_told_apart()
    {
        using var temporary = new TestFolder();
        Folder folder = temporary.Folder;
        temporary.Shell("mkdir -p full/x; touch file; ln -s loop loop");
        Assert.Equal(FileFault.NotEmpty, FaultOf(() => folder.RemoveFolder(TestFolder.Name("full"))).Fault);
        Assert.Equal(FileFault.NotFolder, FaultOf(() => folder.RemoveFolder(TestFolder.Name("file"))).Fault);
        Assert.Equal(FileFault.IsFolder, FaultOf(() => folder.Remove(TestFolder.Name("full"))).Fault);
        Assert.Equal(FileFault.Exists, FaultOf(() => folder.MakeFolder(TestFolder.Name("file"), 0)).Fault);
        Assert.Equal(FileFault.IsFolder, FaultOf(() => folder.Rename(TestFolder.Name("file"), folder, TestFolder.Name("full"))).Fault);
        Assert.Equal(FileFault.LinkLoop, FaultOf(() => Folder.Open(Encoding.UTF8.GetBytes(temporary["loop"]))).Fault);
        Assert.Equal(FileFault.NotFolder, FaultOf(() => Folder.Open(Encoding.UTF8.GetBytes(temporary["file"]))).Fault);
        Assert.Equal(FileFault.Other, FaultOf(() => Folder.Open("/\0x"u8)).Fault);
        Assert.Equal(FileFault.NotFound, FaultOf(() => Folder.Open([])).Fault);
    }

    private static string TextOf(FileAttribute attribute)
        => $"{Convert.ToHexString(attribute.Name)}={Convert.ToHexString(attribute.Value)}";

    private static string TextOf(FileTime time)
        => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}.{time.Nanoseconds:d9}");

    private static FileException FaultOf(Action action) => Assert.Throws<FileException>(action);
}
