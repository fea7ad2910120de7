using System.Buffers;
using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Persistence;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>What a spill file keeps while the client is away, and what happens to it at the quota.</summary>
public class SpillTests
{
    [Fact]
    public async Task Readers_never_get_zeros_of_the_hole_that_dropped_bytes_leave()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: dropping bytes punches holes");
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(4 << 20, 16 << 20);
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
        log.StartSpilling(() => new SpillFile(folder.Path, new(8192, 8192), policy));
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
        log.StartSpilling(() => new SpillFile(folder.Path, new(65536, 65536), new SpillPolicy { DiscardsWhenFull = true }));
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
        log.StartSpilling(() => new SpillFile(folder.Path, new(1 << 20, 1 << 20), new SpillPolicy()));
        Assert.True(log.ResumeAt(0));
        ReadOnlyMemory<byte> held = await log.ReadAsync(default).Within();
        await log.StoreAsync().Within();
        for (int i = 0; i < 8; i++)
            ArrayPool<byte>.Shared.Rent(held.Length).AsSpan().Fill((byte)'X');
        Assert.DoesNotContain((byte)'X', held.ToArray());
    }

    [Fact]
    public async Task Job_pauses_and_takes_no_quota_when_its_spill_file_cannot_be_made()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: dropping bytes punches holes");
        using var folder = new TemporaryFolder();
        var quota = new OutputQuota(1 << 20, 1 << 20);
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
    public async Task Line_added_while_the_journal_is_rewritten_is_not_lost()
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
