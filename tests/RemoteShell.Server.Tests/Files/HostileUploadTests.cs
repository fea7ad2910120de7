using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Frames;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Server.Tests.Files;

/// <summary>A raw peer uploads what no client does: only the target is written, old content stays, and the server goes on.</summary>
public sealed class HostileUploadTests : IAsyncDisposable
{
    private const string Rules = "\"recursive\":true,\"hardLinks\":true,\"attributes\":true";
    private const string End = """{"type":"end"}""";
    private const string Entry = """{"type":"entry","id":1,"path":"f","kind":"File","size":10,"mode":420}""";
    private const string Link = """{"type":"entry","id":1,"path":"way","kind":"Link","mode":511,"target":".."}""";

    private static readonly byte[] Ten = "0123456789"u8.ToArray();
    private static readonly string EndOfFile = $$"""{"type":"end-of-file","id":1,"checksum":"{{Checksum.Of(Ten)}}"}""";

    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server = new();
    private RawPeer? _peer;
    private uint _channel = 1;

    public HostileUploadTests()
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

    // What ends the transfer, as records after the begin, and what does not.
    public static TheoryData<string> Faults => [.. FaultRecords().Keys];

    public static TheoryData<string> Failures => [.. FailingRecords().Keys];

    public static TheoryData<string> Ignored => [.. IgnoredRecords().Keys];

    public static TheoryData<string> Beginnings =>
    [
        End,
        Entry,
        """{"type":"start"}""",
        """{"type":"start","role":"receive","paths":["T"],"sources":1}""",
        """{"type":"start","role":"steal","paths":["T"],"sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":[],"sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":["T","T"],"sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":[null],"sources":1,"rules":{}}""",
        """{"type":"start","role":"send","paths":[null],"sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":["T"],"sources":1,"rules":{"filter":[null]}}""",
        """{"type":"start","role":"receive","paths":["T\u0000/../x"],"sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":["T\\x00"],"sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":["T\\q"],"sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":["T\ud800"],"sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":["T"],"sources":1,"rules":null}""",
        """{"type":"start","role":"receive","paths":"T","sources":1,"rules":{}}""",
        """{"type":"start","role":"receive","paths":["T"],"sources":99999999999,"rules":{}}""",
        """{"type":"start","role":"send","paths":[],"sources":1,"rules":{}}""",
        """{"type":"start","role":"send","paths":["T\u0000"],"rules":{}}""",
        """{"type":"start","role":"send","paths":["T/{{{{"],"rules":{}}""",
        """{"type":"operation","operation":"dance","path":"T"}""",
        """{"type":"operation","operation":"remove","path":""}""",
        """{"type":"operation","operation":"remove","path":"T/..","isRecursive":true}""",
        """{"type":"operation","operation":"remove","path":"T\u0000","isRecursive":true}""",
        """{"type":"operation","operation":"rename","path":"T"}""",
        """{"type":"operation","operation":"rename","path":"T","to":"T/\u0000"}""",
        """{"type":"operation","operation":"make-folder","path":"T/d"}""",
    ];

    public async ValueTask DisposeAsync()
    {
        if (_peer is not null)
            await _peer.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Name_that_is_not_allowed_ends_the_transfer(int number)
    {
        string path = HostileNames.Invalid[number];
        foreach (string entry in (string[])
        [
            $$"""{"type":"entry","id":1,"path":{{path}},"kind":"File","size":10,"mode":420}""",
            $$"""{"type":"entry","id":1,"path":{{path}},"kind":"Folder","mode":493}""",
            $$"""{"type":"entry","id":1,"path":{{path}},"kind":"Link","mode":511,"target":"x"}""",
            $$"""{"type":"entry","id":1,"path":"new","kind":"File","size":10,"mode":420,"sameAs":{{path}}}""",
            $$"""{"type":"fault","path":{{path}},"text":"gone"}""",
            $$"""{"type":"end-of-folder","path":{{path}},"isComplete":true}""",
        ])
        {
            RawTransfer answer = await SendAsync([RawRecord.Of(entry), .. Content()]);
            // The empty path is the target itself.
            bool isTarget = path == "\"\"" && !entry.Contains("\"entry\"", StringComparison.Ordinal);
            Assert.Equal((entry, isTarget ? 0 : 1), (entry, answer.Code));
            Assert.Equal(isTarget, answer.Reason.Length == 0);
            AssertNothingWritten();
        }

        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Record_that_breaks_the_rules_ends_the_transfer(string name)
    {
        RawTransfer answer = await SendAsync(FaultRecords()[name]);
        Assert.Equal(1, answer.Code);
        Assert.NotEqual("", answer.Reason);
        AssertNothingWritten();
        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Entry_that_cannot_be_written_fails_and_the_old_content_stays(string name)
    {
        (string[] made, byte[][] records) = FailingRecords()[name];
        RawTransfer answer = await SendAsync([.. records, RawRecord.Of(End)]);
        Assert.Equal((0, ""), (answer.Code, answer.Reason));
        Assert.NotEqual("", Assert.Single(answer.Failures));
        AssertNothingWritten(made);
        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(Ignored))]
    public async Task Record_about_nothing_is_dropped(string name)
    {
        RawTransfer answer = await SendAsync([.. IgnoredRecords()[name], RawRecord.Of(End)]);
        Assert.Equal((0, ""), (answer.Code, answer.Reason));
        Assert.Equal(["ready", "end"], answer.Records.Select(RawTransfer.TypeOf));
        AssertNothingWritten();
        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task Request_that_is_not_valid_is_refused(string json)
    {
        string path = JsonSerializer.Serialize(_folder["t"])[1..^1];
        byte[] first = RawRecord.Of(json.Replace("T", path, StringComparison.Ordinal));
        RawTransfer answer = await RunAsync([.. first, .. RawRecord.Of(Entry), .. Bytes(Content())]);
        string refused = string.Concat(answer.Records.Where(record => RawTransfer.TypeOf(record) == "refused"));
        Assert.Equal(1, answer.Code);
        Assert.NotEqual("", answer.Reason + refused);
        AssertNothingWritten();
        await GoesOnAsync();
    }

    [Fact]
    public async Task Transfer_that_is_cut_anywhere_leaves_the_old_content()
    {
        byte[] all = [.. Start(), .. Bytes([RawRecord.Of(Entry), .. Content()])];
        int last = all.Length - RawRecord.Of(End).Length;
        for (int length = 0; length < last; length += length < last - 30 ? 5 : 1)
        {
            RawTransfer answer = await RunAsync(all[..length]);
            Assert.Equal((length, 1), (length, answer.Code));
            Assert.NotEqual("", answer.Reason);
            AssertNothingWritten();
        }

        await GoesOnAsync();
    }

    [Fact]
    public async Task Client_that_is_gone_in_the_middle_of_a_record_leaves_the_old_content()
    {
        byte[] all = [.. Start(), .. Bytes([RawRecord.Of(Entry), RawRecord.Of("""{"type":"data","id":1}""", Ten)])];
        foreach (int missing in (int[])[0, 3, Ten.Length + 3])
        {
            await using RawPeer peer = await RawPeer.ConnectAsync(_server);
            await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawTransfer.Open(1));
            await peer.ReadAsync("opened");
            await peer.SendAsync(RawPeer.Data(1, "stdin", 0, all[..^missing]));
            await peer.ReadAsync("data");
        }

        await Waiting.Until(() => NamesIn("t").Count() == 3, "the jobs have ended and removed their partial files");
        AssertNothingWritten();
        await GoesOnAsync();
    }

    [Fact]
    public async Task Job_that_hashes_a_huge_hole_ends_when_its_client_is_gone()
    {
        // It takes a minute and a half to hash so many zeros.
        const long Size = 128L << 30;
        string start = Encoding.UTF8.GetString(Start()[RawRecord.PrefixLength..]);
        byte[][] records =
        [
            RawRecord.Of(start.Replace(Rules, "\"sha256\":true", StringComparison.Ordinal)),
            RawRecord.Of(Entry.Replace("10", $"{Size}", StringComparison.Ordinal)),
            RawRecord.Of($$"""{"type":"hole","id":1,"size":{{Size}}}"""),
        ];
        await using (RawPeer peer = await GreetAsync())
        {
            await peer.SendAsync(RawTransfer.Open(1));
            await peer.ReadAsync("opened");
            await peer.SendAsync(RawPeer.Data(1, "stdin", 0, Bytes(records)));
            await Waiting.Until(() => NamesIn("t").Count() > 3, "the file has been begun");
        }

        await using RemoteShell.Client.RemoteShellClient client = await _server.ConnectAsync();
        await Waiting.UntilAsync(async () => (await client.ListJobsAsync()).All(job => job.Outcome is not null), "the job has ended");
        Assert.Equal("old", await File.ReadAllTextAsync(_folder["t/f"]));
    }

    private static Dictionary<string, byte[][]> FaultRecords() => new()
    {
        ["negative size"] = Records(Entry.Replace("10", "-1", StringComparison.Ordinal)),
        ["size that is not a number"] = Records(Entry.Replace("10", "\"10\"", StringComparison.Ordinal)),
        ["size beyond 64 bits"] = Records(Entry.Replace("10", "99999999999999999999", StringComparison.Ordinal)),
        ["size with a fraction"] = Records(Entry.Replace("10", "10.5", StringComparison.Ordinal)),
        ["huge size without content"] = [RawRecord.Of(Huge()), RawRecord.Of(End)],
        ["id again"] = [RawRecord.Of(Entry), RawRecord.Of(Entry)],
        ["negative id"] = Records(Entry.Replace("\"id\":1", "\"id\":-1", StringComparison.Ordinal)),
        ["kind"] = Records(Entry.Replace("File", "Device", StringComparison.Ordinal)),
        ["several kinds"] = Records(Entry.Replace("File", "File, Folder", StringComparison.Ordinal)),
        ["mode"] = Records(Entry.Replace("420", "65536", StringComparison.Ordinal)),
        ["more content than its size"] = Records(Entry, ("""{"type":"data","id":1}""", new byte[11])),
        ["negative size before compression"] = Records(Entry, ("""{"type":"data","id":1,"size":-1}""", Ten)),
        ["huge size before compression"] = Records(Entry, ("""{"type":"data","id":1,"size":2147483647}""", Ten)),
        ["content that is not compressed"] = Records(Entry, ("""{"type":"data","id":1,"size":10}""", Ten)),
        ["negative hole"] = [RawRecord.Of(Entry), RawRecord.Of("""{"type":"hole","id":1,"size":-10}""")],
        ["huge hole"] = [RawRecord.Of(Entry), RawRecord.Of("""{"type":"hole","id":1,"size":9223372036854775807}""")],
        ["hole beyond a huge size"] =
        [
            RawRecord.Of(Huge()),
            RawRecord.Of("""{"type":"hole","id":1,"size":4611686018427387904}"""),
            RawRecord.Of("""{"type":"hole","id":1,"size":4611686018427387904}"""),
        ],
        ["end before the content"] = [RawRecord.Of(Entry), RawRecord.Of(End)],
        ["link without a target"] = Records(Link.Replace(",\"target\":\"..\"", "", StringComparison.Ordinal)),
        ["target of a link with an escape that is not known"] = Records(Link.Replace("..", "\\\\q", StringComparison.Ordinal)),
        ["hard link in place of its folder"] = Records(Entry.Replace("420", "420,\"sameAs\":\"../outside\"", StringComparison.Ordinal)),
        ["attributes that are no object"] = Records(WithAttributes("[]")),
        ["attribute without a value"] = [RawRecord.Of(WithAttributes("{\"user.x\":null}")), .. Content()],
        ["attribute that is not base64"] = Records(WithAttributes("{\"user.x\":\"?\"}")),
        ["name of an attribute with an escape that is not known"] = [RawRecord.Of(WithAttributes("{\"user.\\\\q\":\"\"}")), .. Content()],
        ["record of the receiver"] = Records("""{"type":"want","id":1,"from":0}"""),
        ["outcome"] = Records("""{"type":"outcome","id":1,"path":"f","outcome":"Transferred"}"""),
        ["start again"] = Records("""{"type":"start","role":"receive","paths":["x"],"sources":1,"rules":{}}"""),
        ["operation in the middle"] = Records("""{"type":"operation","operation":"remove","path":"t","isRecursive":true}"""),
        ["unknown record"] = Records("""{"type":"juggle"}"""),
        ["record without a type"] = Records("{}"),
        ["no object"] = Records("[]"),
        ["null"] = Records("null"),
        ["type that is not a text"] = Records("""{"type":7}"""),
        ["half of an object"] = Records("""{"type":"entry","id":1,"""),
        ["two objects"] = Records($"{Entry}{Entry}"),
        ["text that is not UTF-8"] = [RawRecord.Of([.. Encoding.UTF8.GetBytes(Entry[..^2]), 0xff, 0xfe, (byte)'}'])],
        ["deep object"] = Records($"{{\"type\":\"end\",\"x\":{new string('[', 100_000)}"),
        ["no text"] = [RawRecord.Prefix(0, 0)],
        ["negative length"] = [RawRecord.Prefix(-1, 0)],
        ["negative length of the body"] = [RawRecord.Prefix(2, -1)],
        ["text that is too long"] = [RawRecord.Prefix(262_145, 0)],
        ["body that is too long"] = [RawRecord.Prefix(2, 262_145)],
        ["lengths whose sum overflows"] = [RawRecord.Prefix(int.MaxValue, int.MaxValue)],
        ["text beyond the end"] = [RawRecord.Prefix(262_144, 262_144), Ten],
    };

    private static Dictionary<string, (string[] Made, byte[][] Records)> FailingRecords()
    {
        string inLink = Entry.Replace("\"f\"", "\"way/outside\"", StringComparison.Ordinal).Replace(":1,", ":2,", StringComparison.Ordinal);
        string overLink = Entry.Replace("\"f\"", "\"way\"", StringComparison.Ordinal).Replace(":1,", ":2,", StringComparison.Ordinal)
            .Replace("File", "Folder", StringComparison.Ordinal).Replace("10", "0", StringComparison.Ordinal);
        string huge = Huge();
        return new()
        {
            ["wrong digest"] =
                ([], [RawRecord.Of(Entry), Data(), RawRecord.Of("""{"type":"end-of-file","id":1,"checksum":"crc32c:00000000"}""")]),
            ["digest that is not one"] =
                ([], [RawRecord.Of(Entry), Data(), RawRecord.Of("""{"type":"end-of-file","id":1,"checksum":"x"}""")]),
            ["no digest"] = ([], [RawRecord.Of(Entry), Data(), RawRecord.Of("""{"type":"end-of-file","id":1}""")]),
            ["less content than its size"] = ([], [RawRecord.Of(Entry), RawRecord.Of(EndOfFile)]),
            ["less content than a huge size"] = ([], [RawRecord.Of(huge), Data(), RawRecord.Of(EndOfFile)]),
            ["stream of another size"] =
            (
                [],
                [
                    RawRecord.Of(Entry.Replace("\"size\":10", "\"isStream\":true", StringComparison.Ordinal)),
                    Data(),
                    RawRecord.Of(EndOfFile.Replace("\"id\":1", "\"id\":1,\"size\":9223372036854775807", StringComparison.Ordinal)),
                ]),
            ["hole of a size that no file has"] =
            (
                [],
                [
                    RawRecord.Of(huge),
                    RawRecord.Of("""{"type":"hole","id":1,"size":9223372036854775807}"""),
                    RawRecord.Of("""{"type":"end-of-file","id":1,"checksum":"crc32c:00000000"}"""),
                ]),
            ["fault of the sender"] =
                ([], [RawRecord.Of(Entry), Data(), RawRecord.Of(EndOfFile.Replace("}", ",\"fault\":\"gone\"}", StringComparison.Ordinal))]),
            ["time that no clock has"] =
                ([], [RawRecord.Of(Entry.Replace("420", "420,\"nanoseconds\":2000000000", StringComparison.Ordinal)), .. Content()[..2]]),
            ["attribute without a name"] = ([], [RawRecord.Of(WithAttributes("{\"\":\"\"}")), .. Content()[..2]]),
            ["name of an attribute that is too long"] =
                ([], [RawRecord.Of(WithAttributes($"{{\"user.{new string('x', 10_000)}\":\"\"}}")), .. Content()[..2]]),
            ["attribute that is too long"] =
                ([], [RawRecord.Of(WithAttributes($"{{\"user.x\":\"{new string('A', 200_000)}\"}}")), .. Content()[..2]]),
            ["inside a link that was sent"] = (["way"], [RawRecord.Of(Link), RawRecord.Of(inLink)]),
            ["folder in place of a link that was sent"] = (["way"], [RawRecord.Of(Link), RawRecord.Of(overLink)]),
            ["inside a link that was there"] =
                ([], [RawRecord.Of(Entry.Replace("\"f\"", "\"out/f\"", StringComparison.Ordinal))]),
            ["folder inside a link that was there"] =
            (
                [],
                [RawRecord.Of("""{"type":"entry","id":1,"path":"out/new","kind":"Folder","mode":493}""")]),
            ["folder in place of a link that was there"] =
                ([], [RawRecord.Of("""{"type":"entry","id":1,"path":"out","kind":"Folder","mode":493}""")]),
            ["inside a file"] = ([], [RawRecord.Of(Entry.Replace("\"f\"", "\"f/x\"", StringComparison.Ordinal))]),
            ["inside a folder that was never sent"] = ([], [RawRecord.Of(Entry.Replace("\"f\"", "\"x/y\"", StringComparison.Ordinal))]),
            ["path without an end"] = ([], [RawRecord.Of(Entry.Replace("\"f\"", HostileNames.Deep, StringComparison.Ordinal))]),
            ["file in place of a folder"] = ([], [RawRecord.Of(Entry.Replace("\"f\"", "\"d\"", StringComparison.Ordinal))]),
            ["link in place of a folder"] = ([], [RawRecord.Of(Link.Replace("\"way\"", "\"d\"", StringComparison.Ordinal))]),
            ["link with a NUL"] = ([], [RawRecord.Of(Link.Replace("..", "\\u0000", StringComparison.Ordinal))]),
            ["link without an end"] = ([], [RawRecord.Of(Link.Replace("..", new string('x', 100_000), StringComparison.Ordinal))]),
            ["hard link to nothing"] = ([], [RawRecord.Of(Entry.Replace("420", "420,\"sameAs\":\"nothing\"", StringComparison.Ordinal))]),
            ["hard link through a link"] =
                ([], [RawRecord.Of(Entry.Replace("420", "420,\"sameAs\":\"out/f\"", StringComparison.Ordinal))]),
            ["hard link to a folder"] = ([], [RawRecord.Of(Entry.Replace("420", "420,\"sameAs\":\"d\"", StringComparison.Ordinal))]),
            ["fault of a folder that was never sent"] = ([], Records("""{"type":"fault","path":"x","text":"gone","isFolder":true}""")),
        };
    }

    private static Dictionary<string, byte[][]> IgnoredRecords() => new()
    {
        ["data"] = [Data()],
        ["data of a negative id"] = [RawRecord.Of("""{"type":"data","id":-1}""", Ten)],
        ["hole"] = [RawRecord.Of("""{"type":"hole","id":1,"size":-5}""")],
        ["end of a file"] = [RawRecord.Of(EndOfFile)],
        ["end of a folder"] = [RawRecord.Of("""{"type":"end-of-folder","path":"x/y","isComplete":true}""")],
        ["end of a folder that was there"] = [RawRecord.Of("""{"type":"end-of-folder","path":"d","isComplete":false}""")],
        ["end of a folder at a link"] = [RawRecord.Of("""{"type":"end-of-folder","path":"out","isComplete":true}""")],
    };

    private static string WithAttributes(string json) => Entry.Replace("420", $"420,\"attributes\":{json}", StringComparison.Ordinal);

    private static string Huge() => Entry.Replace("10", "9223372036854775807", StringComparison.Ordinal);

    private static byte[] Data() => RawRecord.Of("""{"type":"data","id":1}""", Ten);

    // What follows a file that is received.
    private static byte[][] Content() => [Data(), RawRecord.Of(EndOfFile), RawRecord.Of(End)];

    private static byte[][] Records(string text, params (string Text, byte[] Body)[] more)
        => [RawRecord.Of(text), .. more.Select(record => RawRecord.Of(record.Text, record.Body))];

    private static byte[] Bytes(IEnumerable<byte[]> records) => [.. records.SelectMany(record => record)];

    private byte[] Start()
    {
        string target = JsonSerializer.Serialize(_folder["t"]);
        return RawRecord.Of($$"""{"type":"start","role":"receive","paths":[{{target}}],"sources":1,"rules":{ {{Rules}} } }""");
    }

    private Task<RawTransfer> SendAsync(IEnumerable<byte[]> records) => RunAsync([.. Start(), .. Bytes(records)]);

    private async Task<RawTransfer> RunAsync(byte[] bytes)
    {
        _peer ??= await GreetAsync();
        RawTransfer answer = await RawTransfer.RunAsync(_peer, _channel, bytes);
        _channel += 2;
        return answer;
    }

    private async Task<RawPeer> GreetAsync()
    {
        RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        await peer.ReadAsync("hello");
        return peer;
    }

    // A transfer on a new connection writes the file.
    private async Task GoesOnAsync()
    {
        await using RawPeer peer = await GreetAsync();
        byte[] good = [.. Start(), .. RawRecord.Of(Entry), .. Bytes(Content())];
        RawTransfer answer = await RawTransfer.RunAsync(peer, 1, good);
        Assert.Equal((0, ""), (answer.Code, answer.Reason));
        Assert.Empty(answer.Failures);
        Assert.Equal("0123456789", await File.ReadAllTextAsync(_folder["t/f"]));
    }

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
