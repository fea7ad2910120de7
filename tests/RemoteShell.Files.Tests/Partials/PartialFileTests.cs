using System.Diagnostics;
using System.Globalization;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Files.Tests.Partials;

public class PartialFileTests
{
    private const int Piece = PartialFile.PieceLength;
    private const string Boot = "boot-1", NextBoot = "boot-2";

    private static readonly FileName Target = FileName.Of("target");
    private static readonly FileName Partial = PartialName.Of(Target);
    private static readonly FileName Record = PartialName.RecordOf(Partial);
    private static readonly FileAttributesToSet Nothing = new();

    [Fact]
    public void File_has_its_name_only_when_it_is_whole_and_with_all_its_attributes()
    {
        using var temporary = new TestFolder();
        temporary.Write("target", "old");
        using PartialFile file = Open(temporary, 5);
        file.Write("12"u8);
        file.Write("345"u8);
        Assert.Equal("old", File.ReadAllText(temporary["target"]));
        Assert.Equal([Partial, Target], temporary.Folder.List());
        Assert.Equal(0x180, temporary.Folder.Stat(Partial).Mode);
        Assert.Equal(Crc32C.Compute("12345"u8), file.Checksum);
        var time = new FileTime(981_173_106, 123_456_789);
        file.Commit(new() { Mode = 0xc7, Modified = time }, FsyncMode.File);
        Assert.Equal([Target], temporary.Folder.List());
        Assert.Equal("12345", File.ReadAllText(temporary["target"]));
        FileEntry entry = temporary.Folder.Stat(Target);
        Assert.Equal((0xc7, time), (entry.Mode, entry.Modified));
    }

    [Fact]
    public void File_without_a_mode_gets_that_of_a_new_file()
    {
        using var temporary = new TestFolder();
        Commit(temporary, "x"u8);
        temporary.Shell("touch new");
        Assert.Equal(temporary.Folder.Stat(TestFolder.Name("new")).Mode, temporary.Folder.Stat(Target).Mode);
    }

    [Fact]
    public void Second_transfer_to_the_same_target_is_refused_until_the_first_ends()
    {
        using var temporary = new TestFolder();
        using (PartialFile first = Open(temporary, 10))
        {
            FileException fault = Assert.Throws<FileException>(() => Open(temporary, 10));
            Assert.Equal(FileFault.Locked, fault.Fault);
            Assert.Equal($"{temporary["target"]}: another transfer writes this file", fault.Message);
            using PartialFile other = PartialFile.Open(temporary.Folder, TestFolder.Name("other"), Content.Source, 1);
        }

        using PartialFile second = Open(temporary, 10);
        Assert.Equal(0, second.From);
    }

    [Fact]
    public async Task Many_openers_of_one_target_never_write_at_the_same_time()
    {
        using var temporary = new TestFolder();
        int open = 0, committed = 0;
        Task[] writers =
        [
            .. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                for (int i = 0; i < 200; i++)
                {
                    try
                    {
                        using PartialFile file = Open(temporary, 1);
                        Assert.Equal(1, Interlocked.Increment(ref open));
                        file.Write("x"u8);
                        Assert.Equal(0, Interlocked.Decrement(ref open));
                        file.Commit(Nothing, FsyncMode.None);
                        Interlocked.Increment(ref committed);
                    }
                    catch (FileException e) when (e.Fault == FileFault.Locked)
                    {
                        Thread.Yield();
                    }
                }
            })),
        ];
        await Task.WhenAll(writers).Within();
        Assert.True(committed > 0);
        Assert.Equal([Target], temporary.Folder.List());
    }

    [Fact]
    public void Folder_with_the_name_is_not_replaced_and_the_partial_file_stays()
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir target");
        using PartialFile file = Open(temporary, 1);
        file.Write("x"u8);
        Assert.Equal(FileFault.IsFolder, Assert.Throws<FileException>(() => file.Commit(Nothing, FsyncMode.None)).Fault);
        temporary.Shell("rmdir target");
        file.Commit(Nothing, FsyncMode.None);
        Assert.Equal("x", File.ReadAllText(temporary["target"]));
    }

    [Theory]
    [InlineData("ln -s \"$PWD/victim\" {0}")]
    [InlineData("ln victim {0}")]
    [InlineData("mkfifo {0}")]
    public void What_somebody_put_in_place_of_the_partial_file_is_not_written(string attack)
    {
        using var temporary = new TestFolder();
        temporary.Write("victim", "precious");
        temporary.Shell(string.Format(null, attack, Partial.Escaped));
        Commit(temporary, "new"u8);
        Assert.Equal("precious", File.ReadAllText(temporary["victim"]));
        Assert.Equal("new", File.ReadAllText(temporary["target"]));
        Assert.Equal(EntryKind.File, temporary.Folder.Stat(Target).Kind);
    }

    [Fact]
    public void Link_with_the_name_of_the_target_is_replaced_and_not_followed()
    {
        using var temporary = new TestFolder();
        temporary.Write("victim", "precious");
        temporary.Shell("ln -s victim target");
        Commit(temporary, "new"u8);
        Assert.Equal("precious", File.ReadAllText(temporary["victim"]));
        Assert.Equal(EntryKind.File, temporary.Folder.Stat(Target).Kind);
    }

    [Fact]
    public void Resumed_file_keeps_whole_pieces_without_a_record_of_its_own_below_one()
    {
        using var temporary = new TestFolder();
        using (PartialFile small = Open(temporary, 10 * Piece))
            small.Write(Content.Of(0, Piece - 1));
        Assert.Empty(temporary.Folder.List());
        using (PartialFile large = Open(temporary, 10 * Piece))
            large.Write(Content.Of(0, 3 * Piece + 5));
        using PartialFile resumed = Open(temporary, 10 * Piece);
        Assert.Equal((3 * Piece, false), (resumed.From, resumed.HasStartedOver));
        Assert.Equal(Crc32C.Compute(Content.Of(0, 3 * Piece)), resumed.FromChecksum);
        Assert.Equal(resumed.FromChecksum, resumed.Checksum);
        var bytes = new byte[100];
        Assert.Equal(100, resumed.Read(Piece - 50, bytes));
        Assert.Equal(Content.Of(Piece - 50, 100), bytes);
        Assert.Equal(10, resumed.Read(3 * Piece - 10, bytes));
    }

    [Fact]
    public void Kept_file_is_resumed_at_its_last_byte_again_and_again()
    {
        using var temporary = new TestFolder();
        long size = 0;
        foreach (int count in (int[])[1, 100, Piece, 5, 2 * Piece - 7, 1])
        {
            using PartialFile file = Open(temporary, 100 * Piece);
            Assert.Equal(size, file.From);
            Assert.Equal(Crc32C.Compute(Content.Of(0, size)), file.FromChecksum);
            file.Write(Content.Of(size, count));
            size += count;
            file.Keep();
        }

        using PartialFile last = Open(temporary, 100 * Piece);
        last.Commit(Nothing, FsyncMode.None);
        Assert.Equal(Content.Of(0, size), File.ReadAllBytes(temporary["target"]));
        Assert.Equal([Target], temporary.Folder.List());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_cuts_of_data_and_record_never_give_wrong_content(int seed)
    {
        using var temporary = new TestFolder();
        var random = new Random(seed);
        int rounds = TestSize.Of(12, 200);
        const int size = 6 * Piece;
        for (int round = 0; round < rounds; round++)
        {
            using (PartialFile file = Open(temporary, size))
                WriteRandomly(file, random, random.Next(1, size));
            Damage(temporary, random);
        }

        using PartialFile last = Open(temporary, size);
        WriteRandomly(last, random, size - (int)last.Length);
        Assert.Equal(Crc32C.Compute(WithHoles(size)), last.Checksum);
        last.Commit(Nothing, FsyncMode.None);
        Assert.Equal(WithHoles(size), File.ReadAllBytes(temporary["target"]));
        Assert.Equal([Target], temporary.Folder.List());
    }

    [Fact]
    public void Changed_source_or_size_starts_over_and_says_so()
    {
        using var temporary = new TestFolder();
        WriteAndLeave(temporary, 2 * Piece, Boot);
        using (PartialFile other = PartialFile.Open(temporary.Folder, Target, new("source 2"), 10 * Piece, Boot))
        {
            Assert.Equal((0, true), (other.From, other.HasStartedOver));
            Assert.Equal(0, temporary.Folder.Stat(Partial).Size);
            other.Write(Content.Of(0, Piece));
        }

        using PartialFile larger = PartialFile.Open(temporary.Folder, Target, new("source 2"), 11 * Piece, Boot);
        Assert.Equal((0, true), (larger.From, larger.HasStartedOver));
    }

    [Fact]
    public void After_another_boot_only_synced_pieces_are_trusted()
    {
        using var temporary = new TestFolder();
        WriteAndLeave(temporary, PartialFile.SyncLength + 3 * Piece, Boot);
        using (PartialFile sameBoot = Open(temporary, 100 * Piece))
            Assert.Equal(PartialFile.SyncLength + 3 * Piece, sameBoot.From);
        using (PartialFile next = Open(temporary, 100 * Piece, NextBoot))
        {
            Assert.Equal(PartialFile.SyncLength, next.From);
            next.Write(Content.Of(next.From, Piece));
        }

        // The new piece belongs to the second boot.
        using (PartialFile second = Open(temporary, 100 * Piece, NextBoot))
            Assert.Equal(PartialFile.SyncLength + Piece, second.From);
        using PartialFile third = Open(temporary, 100 * Piece, "boot-3");
        Assert.Equal(PartialFile.SyncLength, third.From);
        Assert.Equal(Crc32C.Compute(Content.Of(0, PartialFile.SyncLength)), third.FromChecksum);
    }

    [Fact]
    public void Nothing_is_trusted_after_another_boot_if_nothing_was_synced()
    {
        using var temporary = new TestFolder();
        WriteAndLeave(temporary, 3 * Piece, Boot);
        using PartialFile next = Open(temporary, 100 * Piece, NextBoot);
        Assert.Equal((0, false), (next.From, next.HasStartedOver));
    }

    [Fact]
    public void Damaged_last_piece_is_dropped()
    {
        using var temporary = new TestFolder();
        WriteAndLeave(temporary, 4 * Piece, Boot);
        temporary.Shell($"printf '\\377\\376' | dd of={Partial.Escaped} bs=1 seek={3 * Piece + 77} conv=notrunc status=none");
        using PartialFile resumed = Open(temporary, 100 * Piece);
        Assert.Equal(3 * Piece, resumed.From);
        Assert.Equal(3 * Piece, temporary.Folder.Stat(Partial).Size);
    }

    [Theory]
    [InlineData("truncate -s -3 {1}", 3)]
    [InlineData("printf garbage >>{1}", 4)]
    [InlineData("sed -i '3s/piece/peice/' {1}", 1)]
    [InlineData("sed -i '3d' {1}", 1)]
    [InlineData("sed -i '1s/boot/boat/' {1}", 0)]
    [InlineData("printf '' >{1}", 0)]
    [InlineData("rm {1}", 0)]
    [InlineData("truncate -s 5000000 {0}", 2)]
    [InlineData("rm {0}", 0)]
    [InlineData("rm {1}; ln -s /etc/passwd {1}", 0)]
    public void Torn_record_or_file_is_trusted_only_as_far_as_it_is_whole(string damage, int pieces)
    {
        using var temporary = new TestFolder();
        WriteAndLeave(temporary, 4 * Piece, Boot);
        temporary.Shell(string.Format(null, damage, Partial.Escaped, Record.Escaped));
        using (PartialFile resumed = Open(temporary, 100 * Piece))
        {
            Assert.Equal(pieces * Piece, resumed.From);
            resumed.Write(Content.Of(resumed.From, 2 * Piece));
        }

        using PartialFile again = Open(temporary, 100 * Piece);
        Assert.Equal((pieces + 2) * Piece, again.From);
        Assert.Equal(Crc32C.Compute(Content.Of(0, again.From)), again.FromChecksum);
    }

    [Fact]
    public void Holes_stay_holes_and_are_resumed_at_once_for_any_size()
    {
        using var temporary = new TestFolder();
        const long size = 5L * 1024 * 1024 * 1024;
        using (PartialFile file = Open(temporary, size))
        {
            file.Write("begin"u8);
            file.Skip(size - 10);
        }

        long start = Stopwatch.GetTimestamp();
        using (PartialFile resumed = Open(temporary, size))
        {
            Assert.Equal(size - 5, resumed.From);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2));
            resumed.Write("e"u8);
            resumed.Skip(4);
            resumed.Commit(Nothing, FsyncMode.None);
        }

        FileEntry entry = temporary.Folder.Stat(Target);
        Assert.Equal(size, entry.Size);
        Assert.InRange(entry.BlocksOnDisk, 1, 8192);
        using OpenedFile read = temporary.Folder.OpenRead(Target);
        var end = new byte[10];
        Assert.Equal(8, read.Read(size - 8, end));
        Assert.Equal([0, 0, 0, (byte)'e', 0, 0, 0, 0], end[..8]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(Piece - 1)]
    [InlineData(Piece)]
    [InlineData(3 * Piece + 1)]
    public void Checksum_of_a_hole_is_that_of_zeros(int count)
    {
        using var temporary = new TestFolder();
        using PartialFile file = Open(temporary, count + 2);
        file.Write("a"u8);
        file.Skip(count);
        file.Write("b"u8);
        byte[] expected = [(byte)'a', .. new byte[count], (byte)'b'];
        Assert.Equal(Crc32C.Compute(expected), file.Checksum);
        Assert.Equal(Crc32C.Compute(new byte[count]), ZeroChecksum.Of(count));
    }

    [Fact]
    public async Task Killed_process_loses_less_than_two_pieces_and_its_lock()
    {
        using var temporary = new TestFolder();
        long recorded = 0;
        using (Process writer = KilledWriter.Start(temporary.Path))
        {
            while (recorded < 5 * Piece)
            {
                string? line = await writer.StandardOutput.ReadLineAsync().Within();
                Assert.NotNull(line);
                recorded = long.Parse(line, CultureInfo.InvariantCulture);
            }

            Assert.Equal(FileFault.Locked, Assert.Throws<FileException>(() => Open(temporary, Content.Size)).Fault);
            writer.Kill();
            await writer.WaitForExitAsync().Within();
        }

        Assert.Null(temporary.Folder.TryStat(Target));
        using PartialFile resumed = PartialFile.Open(temporary.Folder, Target, Content.Source, Content.Size);
        Assert.InRange(resumed.From, recorded, Content.Size);
        Assert.Equal(Crc32C.Compute(Content.Of(0, resumed.From)), resumed.FromChecksum);
        resumed.Write(Content.Of(resumed.From, Content.Size - resumed.From));
        resumed.Commit(Nothing, FsyncMode.None);
        Assert.Equal(Content.Of(0, Content.Size), File.ReadAllBytes(temporary["target"]));
    }

    [Fact]
    public void Full_disk_is_a_fault_and_keeps_what_was_recorded()
    {
        using var temporary = new TestFolder();
        temporary.Shell("mkdir small; mount -t tmpfs -o size=6m tmpfs small 2>/dev/null || touch none");
        Assert.SkipWhen(File.Exists(temporary["none"]), "needs the right to mount a small file system");
        try
        {
            using Folder small = Folder.Open(Encoding.UTF8.GetBytes(temporary["small"]));
            using (PartialFile file = PartialFile.Open(small, Target, Content.Source, 10 * Piece))
            {
                FileException fault = Assert.Throws<FileException>(() => file.Write(Content.Of(0, 10 * Piece)));
                Assert.Equal(FileFault.NoSpace, fault.Fault);
                Assert.Equal($"{temporary["small"]}/target: no space left on the file system", fault.Message);
            }

            using PartialFile resumed = PartialFile.Open(small, Target, Content.Source, 10 * Piece);
            Assert.InRange(resumed.From, Piece, 3 * Piece);
            Assert.Equal(Crc32C.Compute(Content.Of(0, resumed.From)), resumed.FromChecksum);
            resumed.Drop();
            Assert.Empty(small.List());
        }
        finally
        {
            temporary.Shell("umount -l small");
        }
    }

    [Fact]
    public void Owner_that_may_not_be_set_takes_the_set_user_bit_with_it()
    {
        using var temporary = new TestFolder();
        using PartialFile file = Open(temporary, 1);
        file.Write("x"u8);
        file.Commit(new() { Mode = 0x9ed, User = 12, Group = 34 }, FsyncMode.None);
        FileEntry entry = temporary.Folder.Stat(Target);
        bool isSuperuser = Environment.UserName == "root";
        Assert.Equal(isSuperuser ? 0x9ed : 0x1ed, entry.Mode);
        Assert.Equal(isSuperuser, entry.User == 12);
    }

    [Fact]
    public void Stale_partial_files_are_removed_but_not_young_or_locked_ones()
    {
        using var temporary = new TestFolder();
        WriteAndLeave(temporary, 2 * Piece, Boot);
        using PartialFile locked = PartialFile.Open(temporary.Folder, TestFolder.Name("locked"), Content.Source, 1);
        string orphan = $".rsh-partial-{new string('a', 16)}.record";
        temporary.Shell($"touch {orphan} .rsh-partial-other .rsh-partial-{new string('A', 16)}");
        int before = temporary.Folder.List().Count;
        StalePartials.Remove(temporary.Folder, TimeSpan.FromDays(7));
        Assert.Equal(before, temporary.Folder.List().Count);
        temporary.Shell("touch -d '8 days ago' .rsh*");
        StalePartials.Remove(temporary.Folder, TimeSpan.FromDays(7));
        string[] left = [".rsh-partial-" + new string('A', 16), PartialName.Of(TestFolder.Name("locked")).Escaped, ".rsh-partial-other"];
        Assert.Equal(left.Order(StringComparer.Ordinal), temporary.Folder.List().Select(name => name.Escaped));
        Assert.True(StalePartials.IsPartialName(Partial) && StalePartials.IsPartialName(Record));
        Assert.False(StalePartials.IsPartialName(Target));
    }

    [Fact]
    public void Partial_name_is_short_for_any_target()
        => Assert.All(OddNames.All, name => Assert.True(StalePartials.IsPartialName(PartialName.RecordOf(PartialName.Of(name)))));

    private static PartialFile Open(TestFolder temporary, long size, string boot = Boot)
        => PartialFile.Open(temporary.Folder, Target, Content.Source, size, boot);

    private static void Commit(TestFolder temporary, ReadOnlySpan<byte> content)
    {
        using PartialFile file = Open(temporary, content.Length);
        file.Write(content);
        file.Commit(Nothing, FsyncMode.None);
    }

    private static void WriteAndLeave(TestFolder temporary, int count, string boot)
    {
        using PartialFile file = Open(temporary, 100 * Piece, boot);
        file.Write(Content.Of(0, count));
    }

    // The content has holes of random lengths in fixed places.
    private static byte[] WithHoles(int size)
    {
        byte[] bytes = Content.Of(0, size);
        bytes.AsSpan(100_000, 50_000).Clear();
        bytes.AsSpan(Piece + 777, 2 * Piece + 333).Clear();
        return bytes;
    }

    private static void WriteRandomly(PartialFile file, Random random, int count)
    {
        byte[] bytes = WithHoles(6 * Piece);
        long end = Math.Min(bytes.Length, file.Length + count);
        while (file.Length < end)
        {
            int at = (int)file.Length;
            int zeros = bytes.AsSpan(at, (int)end - at).IndexOfAnyExcept((byte)0);
            zeros = zeros < 0 ? (int)end - at : zeros;
            if (zeros > 1000)
                file.Skip(zeros);
            else
                file.Write(bytes.AsSpan(at, Math.Min((int)end - at, random.Next(1, 300_000))));
        }

        if (random.Next(3) == 0 && end < bytes.Length)
            file.Keep();
    }

    // As after a crash: the record or the data lack their ends, or the data have changed there.
    private static void Damage(TestFolder temporary, Random random)
    {
        foreach (FileName name in (FileName[])[Partial, Record])
        {
            long size = temporary.Folder.TryStat(name)?.Size ?? 0;
            if (size > 0 && random.Next(3) == 0)
                temporary.Shell($"truncate -s -{random.NextInt64(1, Math.Min(size, name == Partial ? Piece : 60))} {name.Escaped}");
        }
    }
}
