using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Frames;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>A raw peer serves a download with records that no server sends: only the target is written, and old content stays.</summary>
public sealed class HostileDownloadTests : IDisposable
{
    private const string End = """{"type":"end"}""";
    private const string Entry = """{"type":"entry","id":1,"path":"f","kind":"File","size":10,"mode":420}""";
    private const string Link = """{"type":"entry","id":1,"path":"way","kind":"Link","mode":511,"target":".."}""";

    private static readonly byte[] Ten = "0123456789"u8.ToArray();
    private static readonly string EndOfFile = $$"""{"type":"end-of-file","id":1,"checksum":"{{Checksum.Of(Ten)}}"}""";

    private readonly TemporaryFolder _folder = new();

    // What the next download gets.
    private byte[] _records = [];

    public HostileDownloadTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        Directory.CreateDirectory(_folder["t/d"]);
        Directory.CreateDirectory(_folder["folder"]);
        File.WriteAllText(_folder["t/f"], "old");
        File.WriteAllText(_folder["t/d/f"], "old too");
        File.WriteAllText(_folder["outside"], "outside");
        File.CreateSymbolicLink(_folder["t/out"], "../folder");
    }

    public static TheoryData<int> Names => [.. Enumerable.Range(0, HostileNames.Invalid.Count)];

    public static TheoryData<string> Faults => [.. FaultRecords().Keys];

    public static TheoryData<string> Failures => [.. FailingRecords().Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Name_that_is_not_allowed_ends_the_download(int number)
    {
        string path = HostileNames.Invalid[number];
        await using HostileServer server = Serve();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        foreach (string entry in (string[])
        [
            $$"""{"type":"entry","id":1,"path":{{path}},"kind":"File","size":10,"mode":420}""",
            $$"""{"type":"entry","id":1,"path":{{path}},"kind":"Folder","mode":493}""",
            $$"""{"type":"entry","id":1,"path":{{path}},"kind":"Link","mode":511,"target":"x"}""",
            $$"""{"type":"entry","id":1,"path":"NEW","kind":"File","size":10,"mode":420,"sameAs":{{path}}}""",
        ])
        {
            // Any name is asked for; or the content of a folder, which is the first name then.
            foreach ((string source, string ready, string made) in ((string, string, string)[])
                [("**", "", "new"), ("x/.", ",\"isContent\":true", "x/new")])
            {
                // A hard link to the target itself.
                if (path == "\"\"" && ready.Length > 0 && entry.Contains("sameAs", StringComparison.Ordinal))
                    continue;
                byte[] record = RawRecord.Of(entry.Replace("NEW", made, StringComparison.Ordinal));
                _records = Bytes([Ready(ready), record, .. Content()]);
                var ended = await Assert.ThrowsAsync<UnverifiedOutputException>(() => DownloadAsync(client, source));
                Assert.NotEqual("", ended.Message);
                AssertNothingWritten();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Record_that_breaks_the_rules_ends_the_download(string name)
    {
        await using HostileServer server = Serve();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        _records = Bytes([Ready(), .. FaultRecords()[name]]);
        var ended = await Assert.ThrowsAsync<UnverifiedOutputException>(() => DownloadAsync(client, "**"));
        Assert.NotEqual("", ended.Message);
        AssertNothingWritten();
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Entry_that_cannot_be_written_fails_and_the_old_content_stays(string name)
    {
        (string[] made, byte[][] records) = FailingRecords()[name];
        await using HostileServer server = Serve();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        _records = Bytes([Ready(), .. records, RawRecord.Of(End)]);
        TransferResult result = await DownloadAsync(client, "**");
        Assert.NotEqual("", Assert.Single(result.Failures).Reason);
        AssertNothingWritten(made);
    }

    [Fact]
    public async Task Download_that_is_cut_anywhere_leaves_the_old_content_and_the_next_one_succeeds()
    {
        await using HostileServer server = Serve();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        byte[] all = Bytes([Ready(), RawRecord.Of(Entry), .. Content()]);
        int last = all.Length - RawRecord.Of(End).Length;
        for (int length = 0; length < last; length += length < last - 30 ? 5 : 1)
        {
            _records = all[..length];
            await Assert.ThrowsAsync<UnverifiedOutputException>(() => DownloadAsync(client, "f"));
            AssertNothingWritten();
        }

        _records = all;
        Assert.Equal(1, (await DownloadAsync(client, "f")).Transferred);
        Assert.Equal("0123456789", await File.ReadAllTextAsync(_folder["t/f"]));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"type\":\"ready\",\"sources\":\"1\"}")]
    [InlineData("{\"type\":\"entry\",\"path\":null,\"kind\":\"File\"}")]
    public async Task First_answer_that_is_not_a_record_ends_the_request(string json)
    {
        await using HostileServer server = Serve();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        _records = RawRecord.Of(json);
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => DownloadAsync(client, "f"));
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => client.UploadAsync([_folder["outside"]], "f").Within());
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => client.ListAsync("d").Within());
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => client.DeleteAsync("f").Within());
    }

    [Fact]
    public async Task Hard_link_to_the_target_itself_ends_the_download()
    {
        await using HostileServer server = Serve();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        string entry = """{"type":"entry","id":1,"path":"x/new","kind":"File","size":10,"mode":420,"sameAs":""}""";
        _records = Bytes([Ready(",\"isContent\":true"), RawRecord.Of(entry), .. Content()]);
        var options = new TransferOptions { Recursive = true, HardLinks = true };
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => client.DownloadAsync(["x/."], _folder["t/."], options).Within());
        AssertNothingWritten();
    }

    private static Dictionary<string, byte[][]> FaultRecords() => new()
    {
        ["negative size"] = [RawRecord.Of(Entry.Replace("10", "-1", StringComparison.Ordinal))],
        ["size beyond 64 bits"] = [RawRecord.Of(Entry.Replace("10", "99999999999999999999", StringComparison.Ordinal))],
        ["huge size without content"] = [RawRecord.Of(Huge()), RawRecord.Of(End)],
        ["negative hole"] = [RawRecord.Of(Entry), RawRecord.Of("""{"type":"hole","id":1,"size":-10}""")],
        ["huge hole"] = [RawRecord.Of(Entry), RawRecord.Of("""{"type":"hole","id":1,"size":9223372036854775807}""")],
        ["fault outside"] = [RawRecord.Of("""{"type":"fault","path":"../outside","text":"gone"}""")],
        ["end of a folder outside"] = [RawRecord.Of("""{"type":"end-of-folder","path":"..","isComplete":true}""")],
        ["request of a client"] =
            [RawRecord.Of("""{"type":"start","role":"send","paths":["/etc/passwd"],"sources":1,"rules":{}}""")],
        ["operation"] = [RawRecord.Of("""{"type":"operation","operation":"remove","path":"t","isRecursive":true}""")],
        ["want"] = [RawRecord.Of("""{"type":"want","id":1,"from":0}""")],
        ["unknown record"] = [RawRecord.Of("""{"type":"juggle"}""")],
        ["no object"] = [RawRecord.Of("[]")],
        ["half of an object"] = [RawRecord.Of("""{"type":"entry","id":1,""")],
        ["text that is not UTF-8"] = [RawRecord.Of([.. Encoding.UTF8.GetBytes(Entry[..^2]), 0xff, 0xfe, (byte)'}'])],
        ["negative length"] = [RawRecord.Prefix(-1, 0)],
        ["text that is too long"] = [RawRecord.Prefix(262_145, 0)],
        ["body that is too long"] = [RawRecord.Prefix(2, 262_145)],
        ["lengths whose sum overflows"] = [RawRecord.Prefix(int.MaxValue, int.MaxValue)],
        ["text beyond the end"] = [RawRecord.Prefix(262_144, 262_144), Ten],
    };

    private static Dictionary<string, (string[] Made, byte[][] Records)> FailingRecords()
    {
        string inLink = Entry.Replace("\"f\"", "\"way/outside\"", StringComparison.Ordinal).Replace(":1,", ":2,", StringComparison.Ordinal);
        return new()
        {
            ["wrong digest"] =
                ([], [RawRecord.Of(Entry), Data(), RawRecord.Of("""{"type":"end-of-file","id":1,"checksum":"crc32c:00000000"}""")]),
            ["no digest"] = ([], [RawRecord.Of(Entry), Data(), RawRecord.Of("""{"type":"end-of-file","id":1}""")]),
            ["less content than its size"] = ([], [RawRecord.Of(Entry), RawRecord.Of(EndOfFile)]),
            ["hole of a size that no file has"] =
            (
                [],
                [
                    RawRecord.Of(Huge()),
                    RawRecord.Of("""{"type":"hole","id":1,"size":9223372036854775807}"""),
                    RawRecord.Of("""{"type":"end-of-file","id":1,"checksum":"crc32c:00000000"}"""),
                ]),
            ["inside a link that was sent"] = (["way"], [RawRecord.Of(Link), RawRecord.Of(inLink)]),
            ["inside a link that was there"] = ([], [RawRecord.Of(Entry.Replace("\"f\"", "\"out/f\"", StringComparison.Ordinal))]),
            ["folder inside a link that was there"] =
                ([], [RawRecord.Of("""{"type":"entry","id":1,"path":"out/new","kind":"Folder","mode":493}""")]),
            ["inside a folder that was never sent"] = ([], [RawRecord.Of(Entry.Replace("\"f\"", "\"x/y\"", StringComparison.Ordinal))]),
            ["path without an end"] = ([], [RawRecord.Of(Entry.Replace("\"f\"", HostileNames.Deep, StringComparison.Ordinal))]),
            ["link with a NUL"] = ([], [RawRecord.Of(Link.Replace("..", "\\u0000", StringComparison.Ordinal))]),
            ["link without an end"] = ([], [RawRecord.Of(Link.Replace("..", new string('x', 100_000), StringComparison.Ordinal))]),
            ["hard link through a link"] =
                ([], [RawRecord.Of(Entry.Replace("420", "420,\"sameAs\":\"out/f\"", StringComparison.Ordinal))]),
        };
    }

    private static string Huge() => Entry.Replace("10", "9223372036854775807", StringComparison.Ordinal);

    private static byte[] Ready(string more = "") => RawRecord.Of($$"""{"type":"ready","sources":1{{more}}}""");

    private static byte[] Data() => RawRecord.Of("""{"type":"data","id":1}""", Ten);

    // What follows a file that is received.
    private static byte[][] Content() => [Data(), RawRecord.Of(EndOfFile), RawRecord.Of(End)];

    private static byte[] Bytes(IEnumerable<byte[]> records) => [.. records.SelectMany(record => record)];

    // Answers each request with the records of that moment, and ends the job well.
    private HostileServer Serve() => new(async connection =>
    {
        await connection.SayAsync(RawPeer.Hello);
        while (true)
        {
            JsonElement open = await connection.ReadOpenAsync();
            uint channel = open.GetProperty("channel").GetUInt32();
            byte[] records = _records;
            await connection.SayAsync($$"""{"type":"opened","channel":{{channel}},"job":"ASKED","window":1000000}""");
            int offset = 0;
            foreach (byte[] piece in records.Chunk(200_000))
            {
                await connection.SendAsync(RawPeer.Data(channel, "stdout", offset, piece));
                offset += piece.Length;
            }

            string output = $"\"total\":{records.Length},\"digest\":\"{Checksum.Of(records)}\"";
            string error = "\"total\":0,\"digest\":\"crc32c:00000000\"";
            string streams = $"\"stdout\":{{{output}}},\"stderr\":{{{error}}}";
            await connection.SayAsync(
                $$"""{"type":"end","channel":{{channel}},"stream":"stdout",{{output}}}""",
                $$"""{"type":"end","channel":{{channel}},"stream":"stderr",{{error}}}""",
                $$"""{"type":"result","channel":{{channel}},"outcome":"exited","code":0,"streams":{ {{streams}} } }""");
        }
    });

    private Task<TransferResult> DownloadAsync(RemoteShellClient client, string source)
        => client.DownloadAsync([source], _folder["t"], new() { Recursive = true, HardLinks = true }).Within();

    private void AssertNothingWritten(params string[] made)
    {
        Assert.Equal(["folder", "outside", "t"], NamesIn(""));
        Assert.Equal("outside", File.ReadAllText(_folder["outside"]));
        Assert.Empty(NamesIn("folder"));
        Assert.Equal(["d", "f", "out", .. made], NamesIn("t"));
        Assert.Equal("../folder", new FileInfo(_folder["t/out"]).LinkTarget);
        Assert.Equal("old", File.ReadAllText(_folder["t/f"]));
        Assert.Equal(["f"], NamesIn("t/d"));
        Assert.Equal("old too", File.ReadAllText(_folder["t/d/f"]));
    }

    private IEnumerable<string> NamesIn(string folder)
        => Directory.EnumerateFileSystemEntries(_folder[folder]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
