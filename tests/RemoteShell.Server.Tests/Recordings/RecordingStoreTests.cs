using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Recordings;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Recordings;

public sealed class RecordingStoreTests : IDisposable
{
    private static readonly AuthorizedKey Owner = new(TestKeys.Make(1), "anna@laptop", [], null);

    private readonly TemporaryFolder _folder = new();
    private readonly CapturedLog _log = new();

    private string Recordings => _folder["recordings"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, false, false, false)]
    [InlineData(RecordedKinds.Commands, false, true, false)]
    [InlineData(RecordedKinds.Terminals, false, false, true)]
    [InlineData(RecordedKinds.Commands | RecordedKinds.Terminals, false, true, true)]
    [InlineData(RecordedKinds.None, true, true, true)]
    public void Options_and_the_key_decide_what_is_recorded(RecordedKinds? kinds, bool isKeyRecorded, bool exec, bool tty)
    {
        RecordingStore store = Store(quota: 1 << 20, kinds);
        AuthorizedKey owner = Owner with { IsRecorded = isKeyRecorded };
        Assert.Equal(exec, store.NameFor(Request(), owner) is not null);
        Assert.Equal(tty, store.NameFor(Request() with { Tty = new("xterm", 80, 24) }, owner) is not null);
        Assert.Null(store.NameFor(Request() with { Builtin = ["calc", "1+1"] }, owner));
    }

    [Fact]
    public void Folder_alone_records_terminals()
    {
        var store = new RecordingStore(new(new ServerOptions { Folder = _folder.Path, RecordFolder = Recordings }), _log);
        Assert.Null(store.NameFor(Request(), Owner));
        Assert.NotNull(store.NameFor(Request() with { Tty = new("xterm", 80, 24) }, Owner));
    }

    [Fact]
    public async Task Recording_has_both_streams_with_times_the_exit_and_whose_it_is()
    {
        RecordingStore store = Store(quota: 1 << 20);
        Recording recording = store.Begin(Request("make"), Owner, "10.0.0.7")!;
        recording.Show("one "u8);
        recording.ShowError("oops "u8);
        recording.Show(new byte[] { 0xff, 0, (byte)'2' });
        recording.End(3);
        recording.Show("too late"u8);
        await store.FinishAsync().Within();

        string[] lines = File.ReadAllLines(Path.Combine(Recordings, recording.Name));
        AsciicastEvent[] events = [.. AsciicastReader.Read(new StringReader(string.Join('\n', lines)))];
        Assert.Equal([("o", "one "), ("e", "oops "), ("o", "\ufffd\0" + "2"), ("x", "3")], events.Select(one => (one.Kind, one.Data)));
        Assert.All(events, one => Assert.InRange(one.Interval, 0, 60));
        AsciicastHeader header = AsciicastReader.ReadHeader(new StringReader(lines[0]));
        Assert.Equal(("make", "10.0.0.7"), (header.Command, header.Title));
        Assert.Equal(new AsciicastSource("job1", "exec", Owner.Key.Fingerprint, "anna@laptop"), header.Rsh);

        ListedRecording listed = Assert.Single(new RecordingList(Recordings).Read());
        Assert.Equal((recording.Name, "job1", "exec", "make"), (listed.File, listed.Job, listed.Kind, listed.Command));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Recordings, recording.Name)));
    }

    [Fact]
    public async Task Oldest_recordings_of_servers_are_deleted_at_the_quota_and_no_other_file()
    {
        Directory.CreateDirectory(Recordings);
        string[] old = ["20200101T000000Z-a.cast", "20200102T000000Z-b.cast", "20200103T000000Z-c.cast"];
        foreach (string name in (string[])[.. old, "mine.cast", "20200101-d.cast"])
            File.WriteAllText(Path.Combine(Recordings, name), new string('x', 4000));
        await RecordAsync(Store(quota: 10_000), bytes: 1000);
        string[] left = [.. Directory.GetFiles(Recordings).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(5, left.Length);
        Assert.Equal(["20200101-d.cast", old[1], old[2]], left[..3]);
        Assert.Equal("mine.cast", left[^1]);
    }

    [Fact]
    public async Task Running_recording_that_meets_the_quota_alone_is_cut_and_says_so()
    {
        Recording recording = await RecordAsync(Store(quota: 5000), bytes: 50_000);
        string[] lines = File.ReadAllLines(Path.Combine(Recordings, recording.Name));
        Assert.Equal("# cut: the recordings have reached their quota of 5000 bytes", lines[^1]);
        Assert.InRange(new FileInfo(Path.Combine(Recordings, recording.Name)).Length, 1000, 6000);
        Assert.DoesNotContain(AsciicastReader.Read(new StringReader(string.Join('\n', lines))), one => one.Kind == "x");
        Assert.Single(_log.Messages, line => line.Contains("is incomplete: cut: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Output_that_comes_faster_than_the_disk_takes_it_is_left_out_and_counted()
    {
        RecordingStore store = Store(quota: 1L << 30);
        Recording recording = new("20200101T000000Z-slow.cast", store, _log);
        byte[] piece = new byte[1 << 20];
        for (int i = 0; i < 20; i++)
            recording.Show(piece);
        recording.End(0);
        await recording.WriteAsync(
            store.NewFile(recording.Name), RecordingStore.NoTerminal, "yes", "here", new("slow", "exec", "SHA256:x", null)).Within();

        string[] lines = File.ReadAllLines(Path.Combine(Recordings, recording.Name));
        AsciicastEvent[] events = [.. AsciicastReader.Read(new StringReader(string.Join('\n', lines)))];
        long kept = events.Where(one => one.Kind == "o").Sum(one => (long)one.Data.Length);
        Assert.Contains($"# {(20L * piece.Length) - kept} bytes are missing here: the disk was too slow", lines);
        Assert.InRange(kept, 1, 8 << 20);
        Assert.Equal("x", events[^1].Kind);
        Assert.True(store.TryWait(64 << 20), "nothing waits any more");
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_logged_and_stops_nothing()
    {
        File.WriteAllText(Recordings, "a file");
        await RecordAsync(Store(quota: 5000), bytes: 100);
        Assert.Single(_log.Messages, line => line.StartsWith("cannot create the recording ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Find_takes_the_beginning_of_an_id_or_the_name_and_refuses_what_is_ambiguous()
    {
        RecordingStore store = Store(quota: 1 << 20);
        Recording first = store.Begin(Request() with { Job = "ab1" }, Owner, "")!;
        Recording second = store.Begin(Request() with { Job = "ab2" }, Owner, "")!;
        first.End(0);
        second.End(0);
        await store.FinishAsync().Within();
        var list = new RecordingList(Recordings);
        Assert.Equal(first.Name, list.Find("ab1").File);
        Assert.Equal(second.Name, list.Find(second.Name).File);
        Assert.Contains("'ab' matches 2 recordings", Assert.Throws<RemoteShellException>(() => list.Find("ab")).Message);
        Assert.Throws<RemoteShellException>(() => list.Find("x"));
    }

    private async Task<Recording> RecordAsync(RecordingStore store, int bytes)
    {
        Recording recording = store.Begin(Request(), Owner, "")!;
        for (int sent = 0; sent < bytes; sent += 100)
            recording.Show(Encoding.ASCII.GetBytes(new string('y', 100)));
        recording.End(0);
        await store.FinishAsync().Within();
        return recording;
    }

    private RecordingStore Store(long quota, RecordedKinds? kinds = RecordedKinds.Commands)
        => new(new(new ServerOptions { Folder = _folder.Path, Records = kinds, RecordQuota = quota }), _log);

    private static ExecRequest Request(string command = "true") => new() { Job = "job1", Command = command };
}
