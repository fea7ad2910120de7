using System.Net.Sockets;
using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Server.Audit;

namespace RemoteShell.Server.Tests.Audit;

/// <summary>An audit journal goes on after whatever happens to the server, and says what it could not record.</summary>
public sealed class AuditJournalTests : IDisposable
{
    private readonly AuditFixture _audit = new();

    [Fact]
    public async Task Crash_at_each_byte_leaves_a_journal_that_verifies_after_the_restart()
    {
        byte[] journal = await _audit.WriteAsync(4);
        for (int length = 0; length <= journal.Length; length++)
        {
            File.WriteAllBytes(_audit.Current, journal[..length]);
            AuditReport crashed = _audit.Verify();
            Assert.Empty(crashed.Faults);
            await using (AuditJournal next = _audit.Open())
                next.Write(AuditFixture.LineOf(9));
            AuditReport report = _audit.Verify();
            Assert.Empty(report.Faults);
            Assert.Equal(report.Head!.Number, report.Signed);
            Assert.Equal(crashed.Torn, report.Torn);
            if (crashed.Head is { } head)
                Assert.Empty(_audit.Verify(head).Faults);
        }
    }

    [Fact]
    public async Task Second_crash_behind_a_line_that_was_cut_short_leaves_a_journal_that_verifies()
    {
        byte[] journal = await _audit.WriteAsync(2);
        File.WriteAllBytes(_audit.Current, [.. journal, .. "{\"n\":"u8]);
        AuditJournal crashed = _audit.Open();
        byte[] whole = File.ReadAllBytes(_audit.Current);
        await crashed.DisposeAsync();
        for (int length = journal.Length; length <= whole.Length; length++)
        {
            File.WriteAllBytes(_audit.Current, whole[..length]);
            await using (AuditJournal next = _audit.Open())
                next.Write(AuditFixture.LineOf(9));
            Assert.Empty(_audit.Verify().Faults);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(600_000)]
    public async Task Long_journal_with_a_torn_end_of_any_length_goes_on(int torn)
    {
        byte[] journal = await _audit.WriteAsync(2000);
        File.WriteAllBytes(_audit.Current, [.. journal, .. "{\"n\":"u8, .. Enumerable.Repeat((byte)'1', torn)]);
        AuditReport crashed = _audit.Verify();
        await using (AuditJournal next = _audit.Open())
            next.Write(AuditFixture.LineOf(9));
        AuditReport report = _audit.Verify();
        Assert.Empty(report.Faults);
        Assert.Equal(1, report.Torn);
        Assert.Empty(_audit.Verify(crashed.Head!).Faults);
    }

    [Fact]
    public async Task Only_the_end_of_a_long_journal_is_read_at_the_start()
    {
        byte[] journal = await _audit.WriteAsync(5000);
        Assert.True(journal.Length > 1 << 20, $"{journal.Length} bytes");
        var folder = new AuditFolder(_audit.Options.AuditFolder);
        AuditTail.Read(folder);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AuditTail tail = AuditTail.Read(folder);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1 << 20);
        Assert.Equal(_audit.Verify().Head, tail.Head);
    }

    [Fact]
    public async Task Chain_goes_on_from_file_to_file_and_the_oldest_are_deleted()
    {
        _audit.Options = _audit.Options with { AuditFileSize = 4096, AuditFiles = 3 };
        await using (AuditJournal journal = _audit.Open())
        {
            for (int i = 0; i < 40; i++)
                journal.Write(AuditFixture.LineOf(i));
            Assert.Empty(_audit.Verify().Faults);
            Assert.Equal(1, _audit.Verify().First);
            for (int i = 0; i < 200; i++)
                journal.Write(AuditFixture.LineOf(i));
        }

        IReadOnlyList<string> files = AuditReader.FilesOf(_audit.Options);
        Assert.Equal(4, files.Count);
        AuditReport report = _audit.Verify();
        Assert.Empty(report.Faults);
        Assert.True(report.First > 100);
        // Each file is signed to its end, and can be verified alone.
        foreach (string file in files)
        {
            AuditReport alone = AuditVerifier.Verify(AuditReader.Read([file]), [_audit.Key.PublicKey.Fingerprint]);
            Assert.Empty(alone.Faults);
            Assert.Equal(alone.Head!.Number, alone.Signed);
        }

        File.Delete(files[1]);
        Assert.Contains(_audit.Verify().Faults, fault => fault.Text.Contains("are missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Crash_between_two_files_leaves_a_journal_that_verifies()
    {
        await _audit.WriteAsync(3);
        File.Move(_audit.Current, Path.Combine(_audit.Options.AuditFolder, $"audit-{1:D15}.jsonl"));
        File.WriteAllText($"{_audit.Current}.new", "");
        await using (AuditJournal journal = _audit.Open())
            journal.Write(AuditFixture.LineOf(1));
        AuditReport report = _audit.Verify();
        Assert.Empty(report.Faults);
        Assert.Equal(1, report.First);
    }

    [Fact]
    public async Task Threads_write_whole_lines()
    {
        await using (AuditJournal journal = _audit.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            {
                for (int i = 0; i < 100; i++)
                    journal.Write(AuditFixture.LineOf(i));
            }))).Within();
        }

        AuditReport report = _audit.Verify();
        Assert.Empty(report.Faults);
        Assert.Equal(804, report.Head!.Number);
    }

    [Fact]
    public async Task Deferred_lines_are_in_the_file_before_anything_is_sent()
    {
        await using AuditJournal journal = _audit.Open();
        using var sent = new SentBytes(() => Events().Count(name => name == AuditEvent.JobEnd));
        await using var stream = new AuditedStream(sent, journal);
        for (int i = 0; i < 3; i++)
            journal.RequireBeforeSending(AuditFixture.LineOf(i));
        await stream.WriteAsync(new byte[1], CancellationToken.None);
        await stream.WriteAsync(new byte[1], CancellationToken.None);
        Assert.Equal([3, 3], sent.Observed);
        Assert.Empty(_audit.Verify().Faults);
    }

    [Fact]
    public async Task Deferred_lines_are_before_those_that_are_written_later()
    {
        await using (AuditJournal journal = _audit.Open())
        {
            journal.RequireBeforeSending(new() { Event = AuditEvent.Request });
            journal.Write(new() { Event = AuditEvent.Admin });
            Assert.Equal(["start", "seal", "request", "admin"], Events());
            journal.RequireBeforeSending(new() { Event = AuditEvent.Request });
        }

        Assert.Equal(["start", "seal", "request", "admin", "request", "stop", "seal"], Events());
        Assert.Empty(_audit.Verify().Faults);
    }

    [Fact]
    public async Task Deferred_lines_are_written_even_if_nothing_is_sent()
    {
        await using AuditJournal journal = _audit.Open();
        journal.RequireBeforeSending(AuditFixture.LineOf(1));
        await Waiting.Until(() => Events().Contains(AuditEvent.JobEnd), "the line is in the file");
    }

    [Fact]
    public async Task Line_is_not_deferred_if_the_journal_is_required()
    {
        // Each line begins a new file.
        _audit.Options = _audit.Options with { Audit = AuditMode.Required, AuditFileSize = 1 };
        await using AuditJournal journal = _audit.Open();
        journal.RequireBeforeSending(AuditFixture.LineOf(1));
        Assert.Equal(["continue", "job-end"], Events());
        Directory.CreateDirectory($"{_audit.Current}.new");
        Assert.Throws<AuditException>(() => journal.RequireBeforeSending(AuditFixture.LineOf(3)));
    }

    [Fact]
    public async Task Each_deferred_line_that_cannot_be_written_counts_as_lost()
    {
        File.WriteAllText(_audit.Options.AuditFolder, "");
        await using AuditJournal journal = _audit.Open();
        for (int i = 0; i < 100; i++)
            journal.RequireBeforeSending(AuditFixture.LineOf(i));
        journal.WriteDeferred();
        File.Delete(_audit.Options.AuditFolder);
        journal.Write(AuditFixture.LineOf(2));
        // The first line of a journal that could not be opened counts too.
        Assert.Equal(101, AuditReader.Read([_audit.Current]).Single(entry => entry.Line!.Event == AuditEvent.Gap).Line!.Lost);
        Assert.Empty(_audit.Verify().Faults);
    }

    [Fact]
    public async Task Threads_that_defer_lines_find_them_in_the_file_when_they_send()
    {
        _audit.Options = _audit.Options with { AuditFileSize = 64 * 1024 };
        await using (AuditJournal journal = _audit.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
            {
                for (int i = 0; i < 50; i++)
                {
                    string job = $"{thread}.{i}";
                    using var sent = new SentBytes(() => AuditReader.Read(_audit.Options).Count(entry => entry.Line?.Job == job));
                    await using var stream = new AuditedStream(sent, journal);
                    journal.RequireBeforeSending(new() { Event = AuditEvent.Request, Job = job });
                    await stream.WriteAsync(new byte[1], CancellationToken.None);
                    Assert.Equal([1], sent.Observed);
                }
            }))).Within();
        }

        Assert.Empty(_audit.Verify().Faults);
    }

    [Theory]
    [InlineData(AuditMode.On)]
    [InlineData(AuditMode.Required)]
    public async Task Folder_that_cannot_be_used_stops_only_a_server_that_requires_it(AuditMode mode)
    {
        _audit.Options = _audit.Options with { Audit = mode };
        File.WriteAllText(_audit.Options.AuditFolder, "");
        if (mode == AuditMode.Required)
        {
            Assert.Contains("required", Assert.Throws<RemoteShellException>(_audit.Open).Message);
            return;
        }

        await using AuditJournal journal = _audit.Open();
        Assert.True(journal.Write(AuditFixture.LineOf(1)));
        Assert.Contains(_audit.Log.Messages, text => text.Contains("the audit journal cannot be written", StringComparison.Ordinal));
        // It is opened as soon as it can be.
        File.Delete(_audit.Options.AuditFolder);
        Assert.True(journal.Write(AuditFixture.LineOf(2)));
        Assert.Equal(["start", "seal", "gap", "job-end"], Events());
        Assert.Empty(_audit.Verify().Faults);
    }

    [Fact]
    public async Task File_that_is_removed_is_replaced_and_the_journal_goes_on()
    {
        _audit.Options = _audit.Options with { AuditFileSize = 4096 };
        await using AuditJournal journal = _audit.Open();
        journal.Write(AuditFixture.LineOf(1));
        string aside = $"{_audit.Current}.1";
        File.Move(_audit.Current, aside);
        await Waiting.Until(
            () =>
            {
                journal.Write(AuditFixture.LineOf(2));
                return File.Exists(_audit.Current);
            },
            "the journal has a new file");
        for (int i = 0; i < 100; i++)
            Assert.True(journal.Write(AuditFixture.LineOf(i)));
        IEnumerable<AuditEntry> lines = AuditReader.Read([aside, .. AuditReader.FilesOf(_audit.Options)]);
        Assert.Empty(AuditVerifier.Verify(lines, [_audit.Key.PublicKey.Fingerprint]).Faults);
        Assert.Contains(_audit.Log.Messages, text => text.Contains("removed or renamed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Journal_can_be_verified_while_files_are_replaced()
    {
        _audit.Options = _audit.Options with { AuditFileSize = 4096 };
        await using AuditJournal journal = _audit.Open();
        using var over = new CancellationTokenSource();
        Task writing = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
                journal.Write(AuditFixture.LineOf(1));
        });
        for (int i = 0; i < 30; i++)
            Assert.Empty(AuditVerifier.Verify(AuditReader.Read(_audit.Options), [_audit.Key.PublicKey.Fingerprint]).Faults);
        await over.CancelAsync();
        await writing.Within();
    }

    [Fact]
    public async Task Texts_of_clients_are_bounded()
    {
        string text = new('\u007f', 1_000_000);
        await using AuditJournal journal = _audit.Open();
        journal.Write(new AuditLine
        {
            Event = AuditEvent.Refuse,
            Name = text,
            Verb = text,
            Job = text,
            Folder = text,
            Signal = text,
            Reason = text,
        }.WithWhat(text).WithArgv([text]));
        Assert.InRange(new FileInfo(_audit.Current).Length, 1000, 200_000);
        Assert.Empty(_audit.Verify().Faults);
    }

    [Fact]
    public async Task Without_a_journal_nothing_is_written()
    {
        _audit.Options = _audit.Options with { Audit = AuditMode.Off };
        await using (AuditJournal journal = _audit.Open())
            Assert.True(journal.Write(AuditFixture.LineOf(1)));
        Assert.False(Directory.Exists(_audit.Options.AuditFolder));
    }

    [Fact]
    public async Task Long_text_is_cut_and_its_digest_is_there()
    {
        string text = string.Concat(Enumerable.Repeat("äö€😀", 8000));
        await using (AuditJournal journal = _audit.Open())
            journal.Write(new AuditLine { Event = AuditEvent.Request }.WithWhat(text));
        AuditLine line = AuditReader.Read([_audit.Current]).Select(entry => entry.Line!).First(line => line.Event == AuditEvent.Request);
        Assert.InRange(Encoding.UTF8.GetByteCount(line.What!), 16000, 16 * 1024 + 3);
        Assert.StartsWith(line.What![..^1], text);
        Assert.Equal(64, line.WhatDigest!.Length);
        Assert.Empty(_audit.Verify().Faults);
    }

    [Fact]
    public async Task Syslog_gets_each_line()
    {
        string path = Path.Combine(_audit.Options.Folder, "log.sock");
        using var syslog = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        syslog.Bind(new UnixDomainSocketEndPoint(path));
        _audit.Options = _audit.Options with { AuditSyslog = path };
        await using AuditJournal journal = _audit.Open();
        journal.Write(AuditFixture.LineOf(7));
        var buffer = new byte[4096];
        // The start, and its signature.
        for (int i = 0; i < 2; i++)
            await syslog.ReceiveAsync(buffer).Within();
        int count = await syslog.ReceiveAsync(buffer).Within();
        string datagram = Encoding.UTF8.GetString(buffer, 0, count);
        Assert.Matches("""^<86>[A-Z][a-z]{2} [0-3 ][0-9] [0-9:]{8} rsh-server\[[0-9]+\]: \{"n":3,""", datagram);
        Assert.Contains("job7", datagram);
    }

    [Fact]
    public async Task Syslog_that_is_not_there_stops_nothing()
    {
        _audit.Options = _audit.Options with { AuditSyslog = Path.Combine(_audit.Options.Folder, "none.sock") };
        await using (AuditJournal journal = _audit.Open())
        {
            for (int i = 0; i < 3; i++)
                Assert.True(journal.Write(AuditFixture.LineOf(i)));
        }

        Assert.Empty(_audit.Verify().Faults);
        Assert.Single(_audit.Log.Messages, text => text.Contains("are not sent", StringComparison.Ordinal));
    }

    public void Dispose() => _audit.Dispose();

    private IEnumerable<string> Events() => AuditReader.Read([_audit.Current]).Select(entry => entry.Line!.Event);
}
