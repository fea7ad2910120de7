using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using RemoteShell.Client.Transfers;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Records that no server sends: the download ends or the file fails, and nothing that was not asked for is written.</summary>
public sealed class HostileSenderTests : IDisposable
{
    private static readonly EntryRecord Good = new() { Id = 1, Path = "f", Kind = "File", Size = 10, Mode = 0x1A4 };
    private static readonly EntryRecord GoodFolder = new() { Id = 1, Path = "d", Kind = "Folder", Mode = 0x1ED };
    private static readonly EntryRecord GoodLink = new() { Id = 1, Path = "d", Kind = "Link", Target = "..", Mode = 0x1FF };

    private static readonly FaultRecord Unreadable = new() { Path = "f", Text = "permission denied" };

    private readonly TemporaryFolder _folder = new();

    public HostileSenderTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        Directory.CreateDirectory(_folder["t/own"]);
        File.WriteAllText(_folder["t/own/secret"], "secret");
        File.WriteAllText(_folder["t/f"], "old");
        File.WriteAllText(_folder["outside"], "outside");
    }

    public static TheoryData<string> Ending => [.. EndingRecords().Keys];

    public static TheoryData<string> Failing => [.. FailingRecords().Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Ending))]
    public async Task Download_ends_with_an_error(string name)
    {
        await Assert.ThrowsAsync<RecordException>(() => ReceiveAsync(EndingRecords()[name], new() { Recursive = true, HardLinks = true }));
        AssertNothingElse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(RecordWriter.PrefixLength + 1)]
    public async Task Sender_that_leaves_ends_the_download_and_breaks_no_rule(int missing)
    {
        byte[] bytes = (await RecordsAsync([(Good, 0), (new DataRecord(1, 0), 5)])).ToArray();
        await Assert.ThrowsAsync<EarlyEndException>(() => ReceiveAsync(new MemoryStream(bytes[..^missing]), new(), ["f"]));
        AssertNothingElse();
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task File_fails_and_the_old_content_stays(string name)
    {
        (TransferRecord Record, int Body)[] records = [.. FailingRecords()[name], (new EndRecord(), 0)];
        TransferResult result = await ReceiveAsync(records, new() { Recursive = true });
        Assert.Equal(1, result.Failed);
        AssertNothingElse();
    }

    [Fact]
    public async Task Folders_and_links_are_not_made_without_the_option_for_them()
    {
        foreach (EntryRecord entry in new[] { GoodFolder, GoodLink })
        {
            TransferResult result = await ReceiveAsync([(entry, 0), (new EndRecord(), 0)], new());
            Assert.Contains("-r", Assert.Single(result.Failures).Reason);
        }

        EntryRecord inner = Good with { Path = "own/f" };
        await Assert.ThrowsAsync<RecordException>(() => ReceiveAsync([(inner, 0)], new(), "own"));
        EntryRecord hard = Good with { SameAs = "own/secret" };
        await Assert.ThrowsAsync<RecordException>(() => ReceiveAsync([(hard, 0)], new() { Recursive = true }, "*"));
        AssertNothingElse();
    }

    [Fact]
    public async Task Folder_that_the_sender_cannot_list_has_one_outcome()
    {
        var unlisted = new FaultRecord { Path = "d", Text = "permission denied", IsFolder = true };
        TransferResult result = await ReceiveAsync(
            [(GoodFolder, 0), (unlisted, 0), (new EndOfFolderRecord("d", IsComplete: false), 0), (new EndRecord(), 0)],
            new() { Recursive = true });
        Assert.Equal((0, 0, 1), (result.Transferred, result.Unchanged, result.Failed));
        Assert.Equal("permission denied", Assert.Single(result.Failures).Reason);
        // A folder without an entry is reported like any other fault.
        result = await ReceiveAsync([(unlisted, 0), (new EndRecord(), 0)], new() { Recursive = true });
        Assert.Equal(1, result.Failed);
        AssertNothingElse();
    }

    [Theory]
    [InlineData("f", "x/f", "'f'", "*", "?", "[e-g]", "{f,g}", "**", "x*/f/", "{a/f,b}")]
    [InlineData(".rc", ".rc", ".*", "~/.rc", "{x,.rc}")]
    [InlineData("*", "'*'", "\\*", "x/\\*")]
    public void Names_that_were_asked_for_are_received(string name, params string[] paths)
    {
        foreach (string path in paths)
            Requested("other", path).Require(RemoteShell.Files.Names.RelativePath.Unescape(name));
    }

    [Theory]
    [InlineData("f", "g", "f/g", "~", "f/..", "f*/g", "[!f]", "'*'", "\\?")]
    [InlineData(".rc", "*", "?rc", "{rc,r*}", "x/.rc/*")]
    public void Names_that_were_not_asked_for_are_refused(string name, params string[] paths)
    {
        foreach (string path in paths)
        {
            Assert.Throws<RecordException>(
                () => Requested(path).Require(RemoteShell.Files.Names.RelativePath.Unescape(name)));
        }
    }

    [Theory]
    [InlineData(true, "", "~", "~root", "/", ".", "..", "d/.", "d/../", "{.,x}", "~/")]
    [InlineData(false, "d", "d/", "~/d", "*", "d/*", "'~'", "...", ".d", "~/..d")]
    public void Content_of_a_folder_is_received_only_if_that_was_asked_for(bool expected, params string[] paths)
    {
        foreach (string path in paths)
            Assert.True(expected == Requested(path).MayBeContent, path);
    }

    [Fact]
    public async Task Client_does_not_take_the_content_of_a_folder_for_the_folder()
    {
        await using var server = Sending([(new ReadyRecord { Sources = 1, IsContent = true }, 0)]);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        var all = new TransferOptions { Recursive = true, Delete = true };
        var refused = await Assert.ThrowsAsync<UnverifiedOutputException>(
            () => client.DownloadAsync(["site"], _folder["t"], all).Within());
        Assert.Contains("was not asked for", refused.Message);
        AssertNothingElse();
    }

    [Fact]
    public async Task Client_does_not_write_a_file_that_was_not_asked_for()
    {
        (TransferRecord, int)[] records = [(new ReadyRecord { Sources = 1 }, 0), (Good with { Path = ".profile" }, 0)];
        await using var server = Sending(records);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        var refused = await Assert.ThrowsAsync<UnverifiedOutputException>(
            () => client.DownloadAsync(["notes.txt"], _folder["t"]).Within());
        Assert.Contains("'.profile', which was not asked for", refused.Message);
        AssertNothingElse();
    }

    [Fact]
    public async Task Copy_to_another_server_passes_on_no_file_that_was_not_asked_for()
    {
        (TransferRecord, int)[] records = [(new ReadyRecord { Sources = 1 }, 0), (Good with { Path = ".profile" }, 0)];
        await using var hostile = Sending(records);
        await using var server = new TestServer();
        await using RemoteShellClient from = await RemoteShellClient.ConnectAsync(hostile.Options).Within();
        await using RemoteShellClient to = await server.ConnectAsync();
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => from.CopyToAsync(["notes.txt"], to, _folder["t"]).Within());
        AssertNothingElse();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-1, 0)]
    [InlineData(RecordWriter.MaxText + 1, 0)]
    [InlineData(2, RecordWriter.MaxBody + 1)]
    [InlineData(2, -1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public async Task Record_of_a_size_that_is_not_allowed_ends_the_download(int text, int body)
    {
        var bytes = new byte[RecordWriter.PrefixLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, text);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), body);
        await Assert.ThrowsAsync<RecordException>(() => ReceiveAsync(new MemoryStream(bytes), new(), ["f"]));
        AssertNothingElse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"type\":\"unheard-of\"}")]
    [InlineData("{\"type\":\"entry\"}")]
    [InlineData("{\"type\":\"entry\",\"path\":null,\"kind\":\"File\"}")]
    [InlineData("{\"type\":\"entry\",\"path\":\"f\",\"kind\":null}")]
    [InlineData("{\"type\":\"fault\",\"path\":null,\"text\":null}")]
    [InlineData("{\"type\":\"end-of-folder\",\"path\":null}")]
    [InlineData("{\"type\":\"end-of-folder\"}")]
    public async Task Text_that_is_not_a_record_ends_the_download(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        var bytes = new byte[RecordWriter.PrefixLength + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, RecordWriter.PrefixLength);
        await Assert.ThrowsAsync<RecordException>(() => ReceiveAsync(new MemoryStream(bytes), new() { Recursive = true }, ["f"]));
        AssertNothingElse();
    }

    private static Dictionary<string, (TransferRecord Record, int Body)[]> EndingRecords() => new()
    {
        ["parent"] = [(Good with { Path = "../outside" }, 0)],
        ["absolute"] = [(Good with { Path = "/outside" }, 0)],
        ["dots inside"] = [(Good with { Path = "f/../../outside" }, 0)],
        ["no path"] = [(Good with { Path = "" }, 0)],
        ["hidden slash"] = [(Good with { Path = "f\\x2fb" }, 0)],
        ["hidden NUL"] = [(Good with { Path = "f\\x00b" }, 0)],
        ["another name"] = [(Good with { Path = "own" }, 0)],
        ["inside another name"] = [(Good with { Path = "own/secret" }, 0)],
        ["id again"] = [(Good, 0), (Good with { Path = "d" }, 0)],
        ["no id"] = [(Good with { Id = 0 }, 0)],
        ["kind"] = [(Good with { Kind = "Socket" }, 0)],
        ["kind as a number"] = [(Good with { Kind = "77" }, 0)],
        ["negative size"] = [(Good with { Size = -1 }, 0)],
        ["more than its size"] = [(Good, 0), (new DataRecord(1, 0), 11)],
        ["more than its size in two pieces"] = [(Good, 0), (new DataRecord(1, 0), 6), (new DataRecord(1, 0), 6)],
        ["large hole"] = [(Good, 0), (new HoleRecord(1, long.MaxValue), 0)],
        ["hole of nothing"] = [(Good, 0), (new HoleRecord(1, 0), 0)],
        ["damaged compression"] = [(Good, 0), (new DataRecord(1, 10), 10)],
        ["compression of too much"] = [(Good, 0), (new DataRecord(1, int.MaxValue), 10)],
        ["hard link outside"] = [(Good with { SameAs = "../outside" }, 0)],
        ["hard link to a file that was not asked for"] = [(Good with { SameAs = "own/secret" }, 0)],
        ["link without a target"] = [(GoodLink with { Target = null }, 0)],
        ["end too early"] = [(Good, 0), (new EndRecord(), 0)],
        ["fault outside"] = [(new FaultRecord { Path = "../outside", Text = "" }, 0)],
        ["kind that is a number"] = [(Good with { Path = "d", Kind = "99" }, 0)],
        ["owner that is very long"] = [(Good with { Path = "d", User = new('x', 1025) }, 0)],
        ["source that is very long"] = [(Good with { Path = "d", Source = new('x', 1025) }, 0)],
        ["record of the receiver"] = [(new WantRecord(1, 0), 0)],
        ["endless files"] = [.. Many(TreeSender.MostOffered + 1, id => Good with { Id = id, Path = $"d{id}" })],
        ["endless hard links"] =
            [(Good, 0), .. Many(TreeSender.MostOffered, id => Good with { Id = id + 1, Path = $"d{id}", SameAs = "f" })],
        ["endless folders"] = [.. Many(16385, id => GoodFolder with { Id = id, Path = $"d{id}" })],
    };

    private static Dictionary<string, (TransferRecord Record, int Body)[]> FailingRecords()
    {
        string sum = RemoteShell.Protocol.Frames.Checksum.Of(new byte[10]).ToString();
        return new()
        {
            ["fewer bytes than its size"] =
                [(Good, 0), (new DataRecord(1, 0), 9), (new EndOfFileRecord { Id = 1, Checksum = sum }, 0)],
            ["wrong checksum"] =
                [(Good, 0), (new DataRecord(1, 0), 10), (new EndOfFileRecord { Id = 1, Checksum = "crc32c:00000000" }, 0)],
            ["no checksum"] = [(Good, 0), (new DataRecord(1, 0), 10), (new EndOfFileRecord { Id = 1 }, 0)],
            ["fault at the end"] =
                [(Good, 0), (new DataRecord(1, 0), 10), (new EndOfFileRecord { Id = 1, Checksum = sum, Fault = "gone" }, 0)],
            ["time that asks for something else"] = [(Good with { Nanoseconds = 1073741823 }, 0)],
            ["negative part of a second"] = [(Good with { Nanoseconds = -1 }, 0)],
            ["through a link"] = [(GoodLink, 0), (Good with { Id = 2, Path = "d/outside" }, 0)],
            ["folder in place of a link"] = [(GoodLink, 0), (GoodFolder with { Id = 2 }, 0)],
            ["content that was never asked for"] =
                [(new DataRecord(7, 0), 10), (new EndOfFileRecord { Id = 7, Checksum = sum }, 0), (Unreadable, 0)],
            ["ends of folders that were never named"] =
                [(new EndOfFolderRecord("x/y", IsComplete: true), 0), (Unreadable, 0)],
        };
    }

    // With --follow, a link that was there before is followed. The sender's own must not lead out, at any place of the way.
    [Theory]
    [InlineData("d", "../outside", "d")]
    [InlineData("d", "../outside", "dold")]
    [InlineData("d", "..", "dolder")]
    [InlineData("dfolder/d", "../../outside", "dfolder/d")]
    [InlineData("d", "dolder", "dold")]
    public async Task Link_of_the_sender_is_not_followed(string link, string says, string path)
    {
        File.CreateSymbolicLink(_folder["t/dold"], "d");
        File.CreateSymbolicLink(_folder["t/dolder"], "d/outside");
        string sum = RemoteShell.Protocol.Frames.Checksum.Of(new byte[10]).ToString();
        (TransferRecord Record, int Body)[] records =
        [
            (GoodFolder with { Path = "dfolder" }, 0),
            (GoodLink with { Id = 2, Path = link, Target = says }, 0),
            (Good with { Id = 3, Path = path }, 0),
            (new DataRecord(3, 0), 10),
            (new EndOfFileRecord { Id = 3, Checksum = sum }, 0),
            (new EndRecord(), 0),
        ];
        TransferResult result = await ReceiveAsync(records, new() { Recursive = true, Follow = true }, "f", "[d]*");
        AssertNothingElse();
        // In a folder, a file may replace the link itself; of two sources of one name, the second fails.
        Assert.Equal(path == "dfolder/d" ? 0 : 1, result.Failed);
    }

    // What is at the place of the first name is the old file.
    [Fact]
    public async Task Second_name_of_a_file_that_failed_fails_too()
    {
        (TransferRecord Record, int Body)[] records =
        [
            (Good, 0),
            (new DataRecord(1, 0), 10),
            (new EndOfFileRecord { Id = 1, Checksum = "crc32c:00000000" }, 0),
            (Good with { Id = 2, Path = "d", SameAs = "f" }, 0),
            (new EndRecord(), 0),
        ];
        TransferResult result = await ReceiveAsync(records, new() { Recursive = true, HardLinks = true });
        Assert.Equal("it is the same file as f, which failed", result.Failures[^1].Reason);
        Assert.Equal((2L, false), (result.Failed, Path.Exists(_folder["t/d"])));
        AssertNothingElse();
    }

    [Fact]
    public async Task Second_name_of_a_link_is_refused()
    {
        var rules = new TransferRules { Recursive = true, HardLinks = true, Follow = true };
        (TransferRecord Record, int Body)[] records =
        [
            (GoodLink with { Target = "../outside" }, 0),
            (Good with { Id = 2, Path = "d2", SameAs = "d" }, 0),
            (new EndRecord(), 0),
        ];
        TransferResult result = await ReceiveAsync(records, rules, "f", "[d]*");
        Assert.Equal((1L, false), (result.Failed, Path.Exists(_folder["t/d2"])));
        AssertNothingElse();
    }

    private static IEnumerable<(TransferRecord, int)> Many(int count, Func<int, TransferRecord> make)
        => Enumerable.Range(1, count).Select(id => (make(id), 0));

    private async Task<TransferResult> ReceiveAsync((TransferRecord Record, int Body)[] records, TransferRules rules, params string[] asked)
        => await ReceiveAsync(await RecordsAsync(records), rules, asked.Length > 0 ? asked : ["f", "[d]*"]);

    private async Task<TransferResult> ReceiveAsync(MemoryStream sent, TransferRules rules, string[] asked)
    {
        using var target = TransferTarget.Open(FileRoot.Home(_folder.Path), "t"u8, asked.Length, rules);
        using var writer = new RecordWriter(new MemoryStream());
        var counter = new ResultCounter(null);
        var reader = new RecordReader(PipeReader.Create(sent));
        var receiver = new TreeReceiver(reader, writer, rules, target, new(target), new(counter)) { Requested = Requested([.. asked]) };
        await receiver.ReceiveAsync(CancellationToken.None).Within();
        return counter.Result;
    }

    private static async Task<MemoryStream> RecordsAsync((TransferRecord Record, int Body)[] records)
    {
        var sent = new MemoryStream();
        using var writer = new RecordWriter(sent);
        foreach ((TransferRecord record, int body) in records)
            await writer.WriteAsync(record, new byte[body], CancellationToken.None);
        await writer.FlushAsync(CancellationToken.None);
        sent.Position = 0;
        return sent;
    }

    // A server that answers a request for files with these records.
    private static HostileServer Sending((TransferRecord Record, int Body)[] records) => new(async connection =>
    {
        await connection.SayAsync(RawPeer.Hello);
        await connection.ReadOpenAsync();
        await connection.SayAsync("""{"type":"opened","channel":1,"job":"ASKED","window":1000000}""");
        await connection.SendAsync(RawPeer.Data(1, "stdout", 0, (await RecordsAsync(records)).ToArray()));
        await connection.DrainAsync();
    });

    private void AssertNothingElse()
    {
        Assert.Equal("outside", File.ReadAllText(_folder["outside"]));
        Assert.Equal("secret", File.ReadAllText(_folder["t/own/secret"]));
        Assert.Equal("old", File.ReadAllText(_folder["t/f"]));
        Assert.Equal(["outside", "t"], Names(""));
        Assert.Equal(["secret"], Names("t/own"));
        // What was asked for begins with a d.
        Assert.Equal(["f", "own"], Names("t").Where(name => name[0] != 'd'));
    }

    private static RequestedNames Requested(params string[] paths) => RequestedNames.Of([.. paths.Select(Encoding.UTF8.GetBytes)]);

    private IEnumerable<string> Names(string folder)
        => Directory.EnumerateFileSystemEntries(_folder[folder]).Select(path => Path.GetFileName(path)).Order();
}
