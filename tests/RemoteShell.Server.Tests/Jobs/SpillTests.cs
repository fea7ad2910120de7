using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>What a spill file keeps while the client is away, and what happens to it at the quota.</summary>
public class SpillTests
{
    [Fact]
    public async Task Readers_never_get_zeros_of_the_hole_that_dropped_bytes_leave()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: dropping bytes punches holes");
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(() => 4 << 20, () => 16 << 20);
        using var log = new ReplayBuffer(capacity: 65536);
        log.StartSpilling(() => new SpillFile(folder.Path, quota, new SpillPolicy { DropsOldest = true }));
        Task producing = Task.Run(async () =>
        {
            byte[] piece = [.. Enumerable.Repeat((byte)'y', 65536)];
            for (int i = 0; i < 600; i++)
                await log.AppendAsync(piece);
            log.Complete();
        });
        var target = new byte[65536];
        int read = 0;
        bool isOver;
        do
        {
            // The last copy comes after the last write: the producer may be done before the first copy.
            isOver = producing.IsCompleted;
            int count = await log.CopyAsync(log.Start, target);
            Assert.DoesNotContain((byte)0, target[..Math.Max(count, 0)]);
            read += Math.Max(count, 0);
        }
        while (!isOver);

        await producing.Within();
        Assert.NotEqual(0, read);
        // A reader cannot resume at bytes that were dropped.
        Assert.False(log.ResumeAt(0));
        Assert.True(log.ResumeAt(log.Start));
        Assert.Equal((byte)'y', (await log.ReadAsync(default).Within()).Span[0]);
    }

    [Fact]
    public async Task Resuming_does_not_deadlock_while_the_quota_is_reached()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: dropping bytes punches holes");
        using var folder = new TemporaryFolder();
        using var log = new ReplayBuffer(capacity: 4096);
        var full = new TaskCompletionSource();
        var policy = new SpillPolicy();
        policy.Full = () =>
        {
            full.TrySetResult();
            policy.DiscardsWhenFull = true;
        };
        log.StartSpilling(() => new SpillFile(folder.Path, new(() => 8192, () => 8192), policy));
        Task producing = Task.Run(() => log.AppendAsync(new byte[1_000_000]).AsTask());
        await full.Task.Within();
        Task resuming = Task.Run(() => log.ResumeAt(log.Start));
        await resuming.Within();
        log.Discard();
        await producing.Within();
    }

    [Fact]
    public async Task Output_of_an_ended_job_is_kept_when_there_is_no_room_to_store_it()
    {
        using var folder = new TemporaryFolder();
        using var log = new ReplayBuffer(capacity: 1 << 20);
        await log.AppendAsync(new byte[500_000]);
        log.Complete();
        log.StartSpilling(() => new SpillFile(folder.Path, new(() => 65536, () => 65536), new SpillPolicy { DiscardsWhenFull = true }));
        await log.StoreAsync().Within();
        Assert.True(log.ResumeAt(0));
        int read = 0;
        while (await log.ReadAsync(default).Within() is { Length: > 0 } bytes)
        {
            read += bytes.Length;
            log.Advance(bytes.Length);
        }

        Assert.Equal(500_000, read);
    }

    [Fact]
    public async Task Storing_does_not_free_memory_that_a_reader_uses()
    {
        using var folder = new TemporaryFolder();
        using var log = new ReplayBuffer(capacity: 1 << 20);
        await log.AppendAsync(Enumerable.Repeat((byte)'A', 300_000).ToArray());
        log.Complete();
        log.StartSpilling(() => new SpillFile(folder.Path, new(() => 1 << 20, () => 1 << 20), new SpillPolicy()));
        Assert.True(log.ResumeAt(0));
        ReadOnlyMemory<byte> held = await log.ReadAsync(default).Within();
        await log.StoreAsync().Within();
        for (int i = 0; i < 8; i++)
            ArrayPool<byte>.Shared.Rent(held.Length).AsSpan().Fill((byte)'X');
        Assert.DoesNotContain((byte)'X', held.ToArray());
    }

    [Fact]
    public async Task Spill_file_that_begins_late_takes_quota_only_for_its_bytes()
    {
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(() => 1000, () => 1000);
        using var spill = new SpillFile(folder.Path, quota, new SpillPolicy());
        Assert.True(await spill.TryAppendAsync(5000, new byte[800]));
        Assert.Equal(800, quota.Used);
    }

    [Fact]
    public async Task Quota_and_disk_are_freed_when_all_bytes_were_read_after_a_drop()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: dropping bytes punches holes");
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(() => 32_768, () => 32_768);
        using var spill = new SpillFile(folder.Path, quota, new SpillPolicy { DropsOldest = true });
        Assert.True(await spill.TryAppendAsync(0, new byte[32_768]));
        Assert.True(await spill.TryAppendAsync(32_768, new byte[4096]));
        Assert.Equal(4096, spill.Start);
        Assert.Equal(36_864, OpenBytes(folder.Path));
        spill.Release(36_864);
        Assert.Equal(0, quota.Used);
        Assert.Equal(0, OpenBytes(folder.Path));
    }

    [Fact]
    public async Task Job_pauses_and_takes_no_quota_when_its_spill_file_cannot_be_made()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: dropping bytes punches holes");
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(() => 1 << 20, () => 1 << 20);
        var log = new ReplayBuffer(capacity: 4096);
        log.StartSpilling(() => new SpillFile(folder["missing"], quota, new SpillPolicy()));
        Task producing = Task.Run(() => log.AppendAsync(new byte[100_000]).AsTask());
        await Waiting.Until(() => log.IsPaused, "the producer is paused");
        log.Retry();
        Assert.Equal(0, quota.Used);
        // Once the folder exists, the job goes on.
        Directory.CreateDirectory(folder["missing"]);
        log.Retry();
        await producing.Within();
        Assert.Equal(100_000, log.Length);
        log.Dispose();
        Assert.Equal(0, quota.Used);
    }

    [Fact]
    public async Task Quota_is_given_back_each_time_that_all_bytes_were_read()
    {
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(() => 1 << 20, () => 1 << 20);
        using var spill = new SpillFile(folder.Path, quota, new SpillPolicy());
        var piece = new byte[700_000];
        // Two rounds together exceed the quota.
        for (long offset = 0; offset < 5 * piece.Length; offset += piece.Length)
        {
            Assert.True(await spill.TryAppendAsync(offset, piece).Within());
            Assert.Equal(piece.Length, quota.Used);
            // The reader takes it in two parts; only the second one frees the file.
            spill.Release(offset + 1);
            Assert.Equal(piece.Length, quota.Used);
            spill.Release(offset + piece.Length);
            Assert.Equal(0, quota.Used);
        }
    }

    [Fact]
    public async Task Blocks_on_disk_stay_within_the_quota_when_the_oldest_bytes_are_dropped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: dropping bytes punches holes");
        const int PerJob = 4 << 20, Piece = 64 << 10, Start = 12345;
        using var folder = new TemporaryFolder();
        using var spill = new SpillFile(folder.Path, new(() => PerJob, () => PerJob), new SpillPolicy { DropsOldest = true });
        // The first offset is not 0: a place in the file is not an offset of the stream.
        byte[] piece = [.. Enumerable.Range(0, Piece).Select(i => (byte)(i | 1))];
        var target = new byte[Piece];
        for (long offset = Start; offset < Start + (10L * PerJob); offset += Piece)
        {
            Assert.True(await spill.TryAppendAsync(offset, piece).Within());
            Assert.InRange(BlockBytes(folder.Path), 0, PerJob + Piece);
        }

        // What is left is what was written last, and none of it was freed.
        Assert.InRange((10L * PerJob) + Start - spill.Start, PerJob / 2, PerJob);
        for (long offset = spill.Start + (Piece - ((spill.Start - Start) % Piece)); offset < Start + (10L * PerJob); offset += Piece)
        {
            Assert.Equal(Piece, await spill.ReadAsync(offset, target).Within());
            Assert.Equal(piece, target);
        }
    }

    // The blocks of the one unnamed file that this process has open in the folder, in bytes.
    private static long BlockBytes(string folder)
    {
        FileSystemInfo open = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos()
            .Single(link => link.LinkTarget?.StartsWith($"{folder}/", StringComparison.Ordinal) == true);
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-L", "-c", "%b", $"/proc/{Environment.ProcessId}/fd/{open.Name}"])
        {
            RedirectStandardOutput = true,
        })!;
        return 512 * long.Parse(stat.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }

    // The length of the files in the folder that this process has open, also of those without a name.
    private static long OpenBytes(string folder)
    {
        long bytes = 0;
        foreach (string descriptor in Directory.GetFiles("/proc/self/fd"))
        {
            if (new FileInfo(descriptor).LinkTarget?.StartsWith(folder, StringComparison.Ordinal) != true)
                continue;
            using SafeFileHandle file = File.OpenHandle(descriptor, share: FileShare.ReadWrite | FileShare.Delete);
            bytes += RandomAccess.GetLength(file);
        }

        return bytes;
    }

    private sealed class SpillPolicy : ISpillPolicy
    {
        public bool DropsOldest { get; init; }

        public bool DiscardsWhenFull { get; set; }

        public Action Full { get; set; } = () => { };

        public void WhenFull() => Full();

        public void WhenFreed()
        {
        }
    }
}
