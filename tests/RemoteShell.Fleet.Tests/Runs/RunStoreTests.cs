using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Fleet.Tests.Runs;

/// <summary>Runs are kept in files of their own, whatever moment a client is killed at.</summary>
public sealed class RunStoreTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    private RunStore Store => new(_folder["runs"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_is_read_as_it_was_kept()
    {
        RunRecord record = Record();
        await using (KeptRun run = Store.Create(record, Targets("a", "b", "c")))
        {
            Assert.Equal(RunState.Running, run.State);
            Assert.True(await run.KeepAsync(Verdict("b", VerdictKind.Failed) with { ExitStatus = 3, Signal = "X", Reason = "why" }, null));
            Assert.Equal(["a", "c"], run.WithoutVerdict.Select(target => target.Host));
        }

        KeptRun read = Store.Open(record.Id[..12]);
        Assert.Equal(RunState.Interrupted, read.State);
        Assert.Equal(record.Words, read.Record.Words);
        Assert.Equal(("web[1-3]", 3), (read.Record.Targets, read.Record.Hosts));
        HostVerdict verdict = Assert.Single(read.Verdicts);
        Assert.Equal(("b", "failed 3", "why", "X"), (verdict.Host, verdict.Text, verdict.Reason, verdict.Signal));
        Assert.Equal(["a", "c"], read.Resumable.Select(target => target.Host));
    }

    [Fact]
    public async Task Run_has_ended_when_all_hosts_have_a_verdict()
    {
        RunRecord record = Record();
        await using KeptRun run = Store.Create(record, Targets("a", "b"));
        await run.KeepAsync(Verdict("a", VerdictKind.Ok), null);
        run.End();
        Assert.NotEqual(RunState.Ended, Store.Open(record.Id).State);
        await run.KeepAsync(Verdict("b", VerdictKind.Lost), null);
        run.End();
        Assert.Equal(RunState.Ended, Store.Open(record.Id).State);
        // The server may still have its result.
        Assert.Equal(["b"], Store.Open(record.Id).Resumable.Select(target => target.Host));
    }

    [Fact]
    public async Task Only_one_client_runs_a_run()
    {
        RunRecord record = Record();
        await using (KeptRun run = Store.Create(record, Targets("a")))
        {
            Assert.Contains("another client", Assert.Throws<RemoteShellException>(() => Store.Take(record.Id)).Message);
            Assert.Throws<RemoteShellException>(() => Store.Remove(Store.Open(record.Id)));
        }

        await using (KeptRun taken = Store.Take(record.Id))
            Assert.Equal(["a"], taken.WithoutVerdict.Select(target => target.Host));
        RemoteShellException refused = Assert.Throws<RemoteShellException>(() => Store.Remove(Store.Open(record.Id)));
        Assert.Contains("may still run", refused.Message);
        await using (KeptRun taken = Store.Take(record.Id))
        {
            await taken.KeepAsync(Verdict("a", VerdictKind.Ok), null);
            taken.End();
        }

        Store.Remove(Store.Open(record.Id));
        Assert.Throws<RemoteShellException>(() => Store.Open(record.Id));
    }

    [Fact]
    public async Task Verdict_that_a_killed_client_wrote_in_part_does_not_count_and_does_not_damage_the_next_one()
    {
        RunRecord record = Record();
        await using (KeptRun run = Store.Create(record, Targets("a", "b")))
        {
            await run.KeepAsync(Verdict("a", VerdictKind.Ok), null);
            await run.KeepAsync(Verdict("b", VerdictKind.Ok), null);
        }

        string path = Path.Combine(_folder["runs"], record.Id, "verdicts");
        byte[] whole = await File.ReadAllBytesAsync(path);
        int first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (int length = first; length < whole.Length; length += 7)
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            await using KeptRun taken = Store.Take(record.Id);
            Assert.Equal(["b"], taken.WithoutVerdict.Select(target => target.Host));
            await taken.KeepAsync(Verdict("b", VerdictKind.Failed), null);
            Assert.Equal(["ok", "failed 0"], Store.Open(record.Id).Verdicts.Select(verdict => verdict.Text));
        }
    }

    [Fact]
    public async Task Equal_output_is_kept_once()
    {
        RunRecord record = Record();
        await using KeptRun run = Store.Create(record, Targets("a", "b", "c", "d"));
        foreach ((string host, string text) in (IEnumerable<(string, string)>)[("a", "same"), ("b", "same"), ("c", "other"), ("d", "")])
        {
            using HostOutput output = run.OutputOf(run.Targets.First(target => target.Host == host));
            if (text.Length > 0)
                await output.Output.WriteAsync(Encoding.UTF8.GetBytes(text));
            var stream = new VerifiedStream(text.Length, $"sha256:{text}");
            var streams = new Dictionary<OutputStream, VerifiedStream> { [OutputStream.StandardOutput] = stream };
            await run.KeepAsync(Verdict(host, VerdictKind.Ok) with { Streams = streams }, output);
        }

        Assert.Equal(["0.out", "2.out"], Directory.GetFiles(run.Folder, "*.out").Select(Path.GetFileName).Order());
        string[] texts = [.. "abcd".Select(host => Read(Store.Open(record.Id), $"{host}"))];
        Assert.Equal(["same", "same", "other", ""], texts);
    }

    [Fact]
    public async Task Shared_output_stays_when_the_verdict_of_its_first_host_is_kept_only_later()
    {
        RunRecord record = Record();
        await using (KeptRun run = Store.Create(record, Targets("a", "b")))
        {
            await KeepSameAsync(run, "a");
            await KeepSameAsync(run, "b");
        }

        // As if the disk was full for the verdict of the first host.
        string path = Path.Combine(_folder["runs"], record.Id, "verdicts");
        string[] lines = await File.ReadAllLinesAsync(path);
        await File.WriteAllTextAsync(path, $"{lines[1]}\n");
        await using (KeptRun again = Store.Take(record.Id))
        {
            RunTarget first = Assert.Single(again.Resumable);
            using HostOutput output = again.OutputOf(first);
            await again.KeepAsync(Same("a"), output);
        }

        Assert.All("ab", host => Assert.Equal("same", Read(Store.Open(record.Id), $"{host}")));

        static async Task KeepSameAsync(KeptRun run, string host)
        {
            using HostOutput output = run.OutputOf(run.TargetOf(host));
            await output.Output.WriteAsync("same"u8.ToArray());
            await run.KeepAsync(Same(host), output);
        }

        static HostVerdict Same(string host) => Verdict(host, VerdictKind.Ok) with
        {
            Streams = new Dictionary<OutputStream, VerifiedStream> { [default] = new(4, "sha256:same") },
        };
    }

    [Fact]
    public async Task Output_that_a_client_has_kept_before_is_found_by_the_same_client_and_by_the_next()
    {
        RunRecord record = Record();
        await using (KeptRun run = Store.Create(record, Targets("a")))
        {
            Assert.False(IsThere(run));
            using (HostOutput output = run.OutputOf(run.Targets[0]))
            {
                Assert.False(output.Output.IsThere);
                await output.Output.WriteAsync("x"u8.ToArray());
                Assert.True(output.Output.IsThere);
            }

            Assert.True(IsThere(run));
        }

        await using KeptRun next = Store.Take(record.Id);
        Assert.True(IsThere(next));

        static bool IsThere(KeptRun run)
        {
            using HostOutput output = run.OutputOf(run.Targets[0]);
            return output.Output.IsThere;
        }
    }

    [Fact]
    public async Task Run_has_not_ended_when_a_verdict_could_not_be_kept()
    {
        RunRecord record = Record();
        await using (KeptRun run = Store.Create(record, Targets("a")))
        {
            Directory.CreateDirectory(Path.Combine(run.Folder, "verdicts"));
            Assert.False(await run.KeepAsync(Verdict("a", VerdictKind.Ok), null));
            run.End();
        }

        KeptRun read = Store.Open(record.Id);
        Assert.Equal(RunState.Interrupted, read.State);
        Assert.Equal(["a"], read.Resumable.Select(target => target.Host));
    }

    [Fact]
    public async Task Damaged_verdict_does_not_count_and_a_missing_host_is_an_error()
    {
        RunRecord record = Record();
        await using (KeptRun run = Store.Create(record, Targets("a", "b")))
        {
            await run.KeepAsync(Verdict("a", VerdictKind.Ok), null);
            await run.KeepAsync(Verdict("b", VerdictKind.Ok), null);
        }

        string place = Path.Combine(_folder["runs"], record.Id);
        string verdicts = Path.Combine(place, "verdicts"), hosts = Path.Combine(place, "hosts");
        string[] lines = await File.ReadAllLinesAsync(verdicts);
        foreach (string damaged in (IEnumerable<string>)["garbage", "\0\0\0", "null", "{}", "[1]", ""])
        {
            await File.WriteAllTextAsync(verdicts, $"{damaged}\n{lines[1]}\n");
            KeptRun read = Store.Open(record.Id);
            Assert.Equal(["a"], read.WithoutVerdict.Select(target => target.Host));
            Assert.Equal(["b"], read.Verdicts.Select(verdict => verdict.Host));
        }

        await File.WriteAllLinesAsync(hosts, (await File.ReadAllLinesAsync(hosts))[1..]);
        Assert.NotNull(Assert.Throws<RemoteShellException>(() => Store.Open(record.Id).Verdicts).Hint);
    }

    [Fact]
    public async Task Run_can_be_measured_while_another_client_removes_its_files()
    {
        await using KeptRun run = Store.Create(Record(), Targets("a"));
        string path = Path.Combine(run.Folder, "0.out");
        using var over = new CancellationTokenSource();
        Task changing = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                File.WriteAllBytes(path, [1]);
                File.Delete(path);
            }
        });
        for (int i = 0; i < 20_000; i++)
            Assert.True(run.Bytes > 0);
        await over.CancelAsync();
        await changing.Within();
        Directory.Delete(run.Folder, recursive: true);
        Assert.Equal(0, run.Bytes);
        Assert.False(Store.List().Any());
    }

    [Fact]
    public void Run_that_cannot_be_kept_leaves_nothing()
    {
        RunRecord record = Record();
        string place = Path.Combine(_folder["runs"], record.Id);
        Directory.CreateDirectory(Path.Combine(place, "hosts"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Contains("cannot be kept", Assert.Throws<RemoteShellException>(() => Store.Create(record, Targets("a"))).Message);
        Assert.False(Directory.Exists(place));
    }

    [Fact]
    public async Task Hosts_that_were_asked_are_known_to_the_next_client()
    {
        RunRecord record = Record();
        RunTarget[] targets = Targets("a", "b", "c");
        await using (KeptRun run = Store.Create(record, targets))
        {
            Assert.False(run.MayHaveBegun(targets[0]));
            run.Begin(targets[0]);
            run.Begin(targets[0]);
        }

        // A killed client may leave a part of a line.
        await File.AppendAllTextAsync(Path.Combine(_folder["runs"], record.Id, "begun"), targets[1].Job[..5]);
        await using (KeptRun taken = Store.Take(record.Id))
        {
            Assert.Equal([true, false, false], targets.Select(taken.MayHaveBegun));
            taken.Begin(targets[2]);
        }

        Assert.Equal([true, false, true], targets.Select(Store.Open(record.Id).MayHaveBegun));
    }

    [Fact]
    public async Task Files_are_for_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files");
        await using KeptRun run = Store.Create(Record(), Targets("a"));
        using (HostOutput output = run.OutputOf(run.Targets[0]))
        {
            await output.Output.WriteAsync("x"u8.ToArray());
            await run.KeepAsync(Verdict("a", VerdictKind.Ok), output);
        }

        await run.Input.CopyAsync(new MemoryStream([1, 2, 3]), TestContext.Current.CancellationToken);
        run.Begin(run.Targets[0]);
        run.End();
        string[] files = Directory.GetFiles(run.Folder);
        string[] names = ["0.out", "begun", "client", "ended", "hosts", "input", "input.end", "lock", "run.json", "verdicts"];
        Assert.Equal(names, files.Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
            Assert.All(files, file => Assert.Equal(OwnerOnly, new FileInfo(file).UnixFileMode));
    }

    [Fact]
    public async Task Old_runs_go_and_those_of_other_clients_stay()
    {
        DateTimeOffset old = DateTimeOffset.UtcNow - RunStore.KeepTime - TimeSpan.FromHours(1);
        RunRecord ended = Record() with { Started = old }, running = Record() with { Started = old }, recent = Record();
        await using (KeptRun run = Store.Create(ended, Targets("a")))
        {
            await run.KeepAsync(Verdict("a", VerdictKind.Ok), null);
            run.End();
        }

        await using (KeptRun run = Store.Create(recent, Targets("a")))
            await run.KeepAsync(Verdict("a", VerdictKind.Ok), null);
        await using KeptRun held = Store.Create(running, Targets("a"));
        Store.Trim();
        Assert.Equal(new[] { running.Id, recent.Id }.Order(), Store.List().Select(run => run.Record.Id).Order());
    }

    [Fact]
    public async Task Oldest_ended_run_goes_when_all_take_too_much_room()
    {
        string[] ids = ["run1", "run2", "run3"];
        foreach (string id in ids)
        {
            await using KeptRun run = Store.Create(Record() with { Id = id }, Targets("a"));
            await run.KeepAsync(Verdict("a", VerdictKind.Ok), null);
            run.End();
            // It has no blocks on the disk.
            await using FileStream file = File.Create(Path.Combine(run.Folder, "0.out"));
            file.SetLength(RunStore.KeepBytes * 2 / 5);
        }

        Store.Trim();
        Assert.Equal(["run2", "run3"], Store.List().Select(run => run.Record.Id));
        Store.Trim();
        Assert.Equal(2, Store.List().Count);
    }

    [Fact]
    public async Task Readers_of_the_input_get_all_of_it_while_it_is_still_copied()
    {
        await using KeptRun run = Store.Create(Record(), Targets("a"));
        var random = new Random(1);
        // More than it is read ahead.
        byte[] sent = new byte[20 << 20];
        random.NextBytes(sent);
        CancellationToken token = TestContext.Current.CancellationToken;
        Task copying = Task.Run(() => run.Input.CopyAsync(new MemoryStream(sent), token), token);
        int[] read = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(ReadAsync, token))).Within();
        await copying.Within();
        Assert.True(run.Input.IsWhole);
        Assert.All(read, count => Assert.Equal(sent.Length, count));

        async Task<int> ReadAsync()
        {
            await using Stream reader = run.Input.Open();
            byte[] piece = new byte[256 * 1024];
            int at = 0;
            while (await reader.ReadAsync(piece, token) is > 0 and int count)
            {
                Assert.True(sent.AsSpan(at, count).SequenceEqual(piece.AsSpan(0, count)), $"other bytes from {at} on");
                at += count;
            }

            return at;
        }
    }

    [Fact]
    public async Task Input_that_nobody_reads_is_not_copied_without_end()
    {
        await using KeptRun run = Store.Create(Record(), Targets("a"));
        using var over = new CancellationTokenSource();
        Task copying = Task.Run(() => run.Input.CopyAsync(new MemoryStream(new byte[32 << 20]), over.Token));
        string path = Path.Combine(run.Folder, "input");
        await Waiting.Until(() => File.Exists(path) && new FileInfo(path).Length >= 16 << 20, "the copy waits for a reader");
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying).Within();
        Assert.True(new FileInfo(path).Length <= 17 << 20);
        Assert.False(run.Input.IsWhole);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zzzz")]
    [InlineData("../x")]
    public void Run_that_does_not_exist_is_an_error_with_a_hint(string id)
        => Assert.NotNull(Assert.Throws<RemoteShellException>(() => Store.Open(id)).Hint);

    private static string Read(KeptRun run, string host)
    {
        using var reader = new StreamReader(run.OpenOutput(host, OutputStream.StandardOutput));
        return reader.ReadToEnd();
    }

    private static RunRecord Record() => new()
    {
        Id = JobId.New(),
        Started = DateTimeOffset.UtcNow,
        Words = ["run", "web[1-3]", "true"],
        Folder = "/",
        Targets = "web[1-3]",
        Command = "true",
    };

    private static RunTarget[] Targets(params string[] hosts) => [.. hosts.Select(host => new RunTarget(host, JobId.New()))];

    private static HostVerdict Verdict(string host, VerdictKind kind) => new() { Host = host, Kind = kind };
}
