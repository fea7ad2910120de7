using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Persistence;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>The journal: what is written to it, and how it is rewritten.</summary>
public sealed class JobJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Line_added_while_the_journal_is_rewritten_is_not_lost()
    {
        string[] ids = [JobId.New(), JobId.New(), JobId.New()];
        (JobJournal journal, _) = JobJournal.Open(_folder["journal"], Assert.Fail);
        Task adding = Task.CompletedTask;
        using (journal)
        {
            journal.Rewrite(Lines(), NothingLeftOut);
            await adding.Within();
        }

        Assert.Equal([ids[0], ids[2], ids[1]], Read().Jobs.Select(line => line.Id));

        IEnumerable<JournalLine> Lines()
        {
            yield return Begun(ids[0]);
            adding = Task.Run(() => journal.Add(Begun(ids[1])));
            yield return Begun(ids[2]);
        }
    }

    [Fact]
    public void Journal_is_as_it_was_after_a_rewrite_that_failed()
    {
        string path = _folder["journal"], first = JobId.New(), second = JobId.New();
        (JobJournal journal, _) = JobJournal.Open(path, Assert.Fail);
        using (journal)
        {
            journal.Add(Begun(first));
            // The new journal cannot be made.
            Directory.CreateDirectory($"{path}.new/folder");
            Assert.ThrowsAny<Exception>(() => journal.Rewrite([], NothingLeftOut));
            journal.Add(Begun(second));
            Assert.Equal([first, second], Read().Jobs.Select(line => line.Id));
            // The lines of a rewrite that fails half-way are not kept either.
            Directory.Delete($"{path}.new", recursive: true);
            IEnumerable<JournalLine> failing = new[] { 0, 1 }.Select(i => i == 0 ? Begun(first) : throw new IOException());
            Assert.Throws<IOException>(() => journal.Rewrite(failing, NothingLeftOut));
            Assert.Equal([first, second], Read().Jobs.Select(line => line.Id));
            Assert.False(File.Exists($"{path}.new"));
            journal.Rewrite([Begun(second)], NothingLeftOut);
            Assert.Equal([second], Read().Jobs.Select(line => line.Id));
        }
    }

    [Fact]
    public void Store_rewrites_a_journal_that_lacks_a_line_as_soon_as_it_can()
    {
        var log = new CapturedLog();
        using JobStore store = JobStore.Open(_folder["jobs"], log);
        Directory.CreateDirectory(_folder["jobs/journal.new/folder"]);
        var used = new UsedIds();
        Job job = Make(JobId.New());
        store.Rewrite([job], used);
        store.Tidy([job], used);
        // One message, not one for each attempt.
        Assert.Single(log.Messages, text => text.Contains("cannot be written", StringComparison.Ordinal));
        Assert.Equal("", File.ReadAllText(_folder["jobs/journal"]));
        Directory.Delete(_folder["jobs/journal.new"], recursive: true);
        store.Tidy([job], used);
        Assert.Contains(log.Messages, text => text.Contains("can be written again", StringComparison.Ordinal));
        Assert.Contains(job.Id, File.ReadAllText(_folder["jobs/journal"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Rewritten_journal_stays_within_its_bytes()
    {
        string path = _folder["journal"], first = JobId.New();
        (JobJournal journal, _) = JobJournal.Open(path, Assert.Fail);
        using (journal)
        {
            const int Count = 400;
            JournalLine large = Begun(JobId.New(), new string('x', 1 << 20));
            var missing = new JournalLine("", "", CompleteSince: 5, Written: ClockReading.Now());
            int leftOut = journal.Rewrite(Enumerable.Repeat(large, Count).Prepend(Begun(first)), () => missing);
            Assert.InRange(new FileInfo(path).Length, JobJournal.MaxBytes - (2 << 20), JobJournal.MaxBytes + 1000);
            Assert.EndsWith($"{JsonSerializer.Serialize(missing, JobJson.Default.JournalLine)}\n", Tail(path), StringComparison.Ordinal);
            Assert.Equal(Count - (int)(JobJournal.MaxBytes >> 20), leftOut, 2.0);
        }
    }

    [Fact]
    public void Journal_keeps_the_used_ids_with_their_times()
    {
        var log = new CapturedLog();
        var used = new UsedIds();
        used.Add("0000000000000001", TestKeys.Make(1), TimeSpan.FromDays(2));
        used.Add("0000000000000002", TestKeys.Make(1));
        used.Add("0000000000000001", TestKeys.Make(2), TimeSpan.FromDays(6));
        using (JobStore store = JobStore.Open(_folder["jobs"], log))
            store.Rewrite([], used);

        var read = new UsedIds();
        using (JobStore store = JobStore.Open(_folder["jobs"], log))
            store.ReadUsed(read);
        (string, double)[] first = [.. read.List().Single(key => key.Owner.Equals(TestKeys.Make(1))).Ids.Select(Rounded)];
        Assert.Equal([("0000000000000001", 2.0), ("0000000000000002", 0.0)], first);
        Assert.Equal([("0000000000000001", 6.0)], read.List().Single(key => key.Owner.Equals(TestKeys.Make(2))).Ids.Select(Rounded));

        static (string, double) Rounded((string Id, TimeSpan Age) id) => (id.Id, Math.Round(id.Age.TotalDays, 2));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(-8)]
    [InlineData(0)]
    public void Times_of_used_ids_do_not_depend_on_how_the_wall_clock_is_set_meanwhile(int days)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: other systems do not tell the boot");
        // The line was written now, when the wall clock showed another day.
        var now = ClockReading.Now();
        ClockReading written = now with { Time = now.Time - (long)TimeSpan.FromDays(days).TotalMilliseconds };
        const string id = "0000000000000001";
        var times = new Dictionary<string, long> { [id] = written.Time - (long)TimeSpan.FromDays(2).TotalMilliseconds };
        var content = new JournalContent();
        content.Add(new(null, TestKeys.Make(1).ToString(), Used: times, Written: written));
        var age = TimeSpan.FromMilliseconds(now.Time - content.Used.Single().Time);
        Assert.Equal(2.0, Math.Round(age.TotalDays, 3));
    }

    [Fact]
    public void Store_keeps_since_when_the_ids_are_complete()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: other systems do not tell the boot");
        var log = new CapturedLog();
        var used = new UsedIds();
        used.MarkMissing(1000);
        used.MarkMissing(2000, TestKeys.Make(1));
        used.MarkMissing(500, TestKeys.Make(2));
        using (JobStore store = JobStore.Open(_folder["jobs"], log))
            store.Rewrite([], used);
        var read = new UsedIds();
        using (JobStore store = JobStore.Open(_folder["jobs"], log))
            store.ReadUsed(read);
        Assert.Equal([(null, 1000), (TestKeys.Make(1), 2000)], read.CompleteSince());
    }

    [Fact]
    public void More_jobs_than_the_limit_become_used_ids()
    {
        const int More = 5;
        using (var file = new StreamWriter(_folder["journal"], append: false, new UTF8Encoding(false)))
        {
            string template = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(
                Begun("0000000000000000"), JobJson.Default.JournalLine));
            for (int i = 0; i < JobJournal.MaxRecords + More; i++)
                file.Write(template.Replace("0000000000000000", $"{i:x16}", StringComparison.Ordinal) + "\n");
        }

        JournalContent content = Read();
        Assert.Equal(JobJournal.MaxRecords, content.Jobs.Count());
        Assert.Equal(Enumerable.Range(0, More).Select(i => $"{i:x16}"), content.Used.Select(id => id.Id));
    }

    public void Dispose() => _folder.Dispose();

    private static JournalLine NothingLeftOut() => throw new InvalidOperationException("no line is left out");

    private static string Tail(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-500, SeekOrigin.End);
        return new StreamReader(file).ReadToEnd();
    }

    private JournalContent Read()
    {
        (JobJournal journal, JournalContent content) = JobJournal.Open(_folder["journal"], Assert.Fail);
        journal.Dispose();
        return content;
    }

    private static JournalLine Begun(string id, string command = "true")
        => new(id, TestKeys.Make(1).ToString(), Began: Record(id, command));

    private static Job Make(string id)
        => new(Record(id, "true"), TestKeys.Make(1), runner: null, new Dictionary<string, JobOutput>());

    private static JobRecord Record(string id, string command) => new()
    {
        Id = id,
        Owner = TestKeys.Make(1).ToString(),
        Command = command,
        Started = DateTimeOffset.UtcNow,
        OnDisconnect = "kill",
        OnFull = OnFull.Pause,
    };
}
