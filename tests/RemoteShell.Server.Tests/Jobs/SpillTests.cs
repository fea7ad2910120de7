using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Persistence;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>What is kept for a client that is away, and what becomes of it at the quota.</summary>
public class SpillTests
{
    [Fact]
    public async Task Nobody_reads_the_hole_that_dropped_bytes_leave()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(4 << 20, 16 << 20);
        using var log = new ReplayBuffer(capacity: 65536);
        log.StartSpilling(() => new SpillFile(folder.Path, quota, new(() => true, () => { }, () => false, () => { })));
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
            // The last look comes when all was written: a producer may be done before the first.
            isOver = producing.IsCompleted;
            int count = await log.CopyAsync(log.Start, target);
            Assert.DoesNotContain((byte)0, target[..Math.Max(count, 0)]);
            read += Math.Max(count, 0);
        }
        while (!isOver);

        await producing.Within();
        Assert.NotEqual(0, read);
        // A reader who comes back to bytes that were dropped is told so.
        Assert.False(log.ResumeAt(0));
        Assert.True(log.ResumeAt(log.Start));
        Assert.Equal((byte)'y', (await log.ReadAsync(default).Within()).Span[0]);
    }

    [Fact]
    public async Task A_client_that_comes_back_while_the_quota_is_reached_locks_up_nothing()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TemporaryFolder();
        using var log = new ReplayBuffer(capacity: 4096);
        var full = new TaskCompletionSource();
        bool isEnded = false;
        log.StartSpilling(() => new SpillFile(folder.Path, new(8192, 8192), new(() => false, () => { full.TrySetResult(); isEnded = true; }, () => isEnded, () => { })));
        Task producing = Task.Run(() => log.AppendAsync(new byte[1_000_000]).AsTask());
        await full.Task.Within();
        Task resuming = Task.Run(() => log.ResumeAt(log.Start));
        await resuming.Within();
        log.Discard();
        await producing.Within();
    }

    [Fact]
    public async Task What_a_job_that_has_ended_has_written_is_never_given_up_for_want_of_room()
    {
        using var folder = new TemporaryFolder();
        using var log = new ReplayBuffer(capacity: 1 << 20);
        await log.AppendAsync(new byte[500_000]);
        log.Complete();
        log.StartSpilling(() => new SpillFile(folder.Path, new(65536, 65536), new(() => false, () => { }, () => true, () => { })));
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
    public async Task A_reader_who_is_back_keeps_the_memory_in_its_hands()
    {
        using var folder = new TemporaryFolder();
        using var log = new ReplayBuffer(capacity: 1 << 20);
        await log.AppendAsync(Enumerable.Repeat((byte)'A', 300_000).ToArray());
        log.Complete();
        log.StartSpilling(() => new SpillFile(folder.Path, new(1 << 20, 1 << 20), new(() => false, () => { }, () => false, () => { })));
        Assert.True(log.ResumeAt(0));
        ReadOnlyMemory<byte> held = await log.ReadAsync(default).Within();
        await log.StoreAsync().Within();
        for (int i = 0; i < 8; i++)
            System.Buffers.ArrayPool<byte>.Shared.Rent(held.Length).AsSpan().Fill((byte)'X');
        Assert.DoesNotContain((byte)'X', held.ToArray());
    }

    [Fact]
    public async Task A_file_that_cannot_be_made_holds_the_job_and_takes_no_quota()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(1 << 20, 1 << 20);
        var log = new ReplayBuffer(capacity: 4096);
        log.StartSpilling(() => new SpillFile(folder["missing"], quota, new(() => false, () => { }, () => false, () => { })));
        Task producing = Task.Run(() => log.AppendAsync(new byte[100_000]).AsTask());
        await Waiting.Until(() => log.IsPaused, "the producer is held");
        log.Retry();
        Assert.Equal(0, quota.Used);
        // As soon as there is a place it goes on.
        Directory.CreateDirectory(folder["missing"]);
        log.Retry();
        await producing.Within();
        Assert.Equal(100_000, log.Length);
        log.Dispose();
        Assert.Equal(0, quota.Used);
    }

    [Fact]
    public async Task What_is_added_while_the_journal_is_rewritten_is_not_lost()
    {
        using var folder = new TemporaryFolder();
        string path = folder["journal"];
        (JobJournal journal, _) = JobJournal.Open(path, _ => { });
        Task adding = Task.CompletedTask;
        using (journal)
        {
            journal.Rewrite(Lines());
            await adding.Within();
        }

        (JobJournal again, IReadOnlyList<JournalLine> lines) = JobJournal.Open(path, text => Assert.Fail(text));
        again.Dispose();
        Assert.Equal(["one", "two", "three"], lines.Select(line => line.Id));

        IEnumerable<JournalLine> Lines()
        {
            yield return new("one", "owner");
            adding = Task.Run(() => journal.Add(new("three", "owner")));
            yield return new("two", "owner");
        }
    }
}
