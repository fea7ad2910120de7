using System.Text.Json;
using System.Text.RegularExpressions;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Client.Tests.Hostile;

/// <summary>No answer whose meaning is wrong counts as success, and none makes the client wait for ever.</summary>
/// <remarks>A row for each lie: the request, and what the server answers after its hello. A new message gets its rows here.</remarks>
public class LyingAnswerTests
{
    private const string Job = "5766pcv9epnbes0b";
    private const string Opened = """{"type":"opened","channel":1,"job":"ASKED"}""";
    private const string OpenedWithoutJob = """{"type":"opened","channel":1,"streams":{"stdout":0,"stderr":0} }""";
    private const string OpenedJob = $$"""{"type":"opened","channel":1,"job":"{{Job}}"}""";
    private const string OtherJob = """{"type":"opened","channel":1,"job":"0000000000000000"}""";
    private const string InputFromBeyond =
        """{"type":"opened","channel":1,"job":"ASKED","window":9,"position":{"from":9223372036854775807}}""";
    private const string Detached = """{"type":"opened","channel":1,"job":"ASKED","detached":true}""";
    private const string Empty = """{"total":0,"digest":"crc32c:00000000"}""";
    private const string Wrong = """{"total":0,"digest":"crc32c:00000001"}""";
    private const string Done = """{"type":"result","channel":1,"outcome":"exited","code":0}""";

    private static readonly string DoneWithOutput = Result("exited", 0);

    public static TheoryData<string, string, string[]> Lies => new()
    {
        { "run", "a result of a request that was not accepted", [DoneWithOutput] },
        { "run", "ends and a result of a request that was not accepted", [.. Ends(), DoneWithOutput] },
        { "run", "a result without the ends", [Opened, DoneWithOutput] },
        { "run", "a result without one of the ends", [Opened, End("stdout"), DoneWithOutput] },
        { "run", "another job", [OtherJob, .. Ends(), DoneWithOutput] },
        { "run", "a detached job", [Detached, .. Ends(), DoneWithOutput] },
        { "run", "end and result agree on a wrong digest", [Opened, End("stdout", Wrong), End("stderr"), Result("exited", 0, Wrong)] },
        { "run", "an unknown outcome with code 0", [Opened, .. Ends(), Result("vanished", 0)] },
        { "run", "signaled with code 0", [Opened, .. Ends(), Result("signaled", 0)] },
        { "run", "timed-out with code 0", [Opened, .. Ends(), Result("timed-out", 0)] },
        { "run", "killed with code 0", [Opened, .. Ends(), Result("killed", 0)] },
        { "run", "killed-by-policy with code 0", [Opened, .. Ends(), Result("killed-by-policy", 0)] },
        { "run", "never-started with code 0", [Opened, .. Ends(), Result("never-started", 0)] },
        { "run", "lost with code 0", [Opened, .. Ends(), Result("lost", 0)] },
        { "input", "input from the middle", ["""{"type":"opened","channel":1,"job":"ASKED","window":1000,"position":{"from":5}}"""] },
        { "input", "a negative window", ["""{"type":"opened","channel":1,"job":"ASKED","window":-5}"""] },
        { "input", "input from beyond its end", [InputFromBeyond, .. Ends(), DoneWithOutput] },
        { "detach", "opened without detached", [OpenedJob] },
        { "detach", "a success without a job", [Done] },
        { "detach", "never-started with code 0", [Result("never-started", 0)] },
        { "wait", "a result of a request that was not accepted", [Done] },
        { "wait", "another job", [OtherJob, Done] },
        { "wait", "signaled with code 0", [OpenedJob, Result("signaled", 0)] },
        { "wait", "a detached job", [Detached] },
        { "kill", "another job", [OtherJob, Done] },
        { "signal", "lost", [Result("lost", 255)] },
        { "rm", "a status", [Result("exited", 3)] },
        { "rm", "an unknown outcome", [Result("vanished", 0)] },
        { "attach", "a result of a request that was not accepted", [DoneWithOutput] },
        { "attach", "another job", ["""{"type":"opened","channel":1,"job":"0","streams":{"stdout":0,"stderr":0} }"""] },
        { "attach", "no offsets", [OpenedJob] },
        { "logs", "a status", [OpenedStreams(), .. Ends(), Result("exited", 1)] },
        { "logs", "streams that begin elsewhere", [OpenedStreams().Replace("\"stdout\":0", "\"stdout\":5"), .. Ends(), DoneWithOutput] },
        { "jobs", "a line that is not JSON", List("jobs", "{") },
        { "jobs", "a line that is null", List("jobs", "null") },
        { "jobs", "a line that is an array", List("jobs", "[]") },
        { "jobs", "a result of a request that was not accepted", [Done] },
        { "jobs", "a status", [.. List("jobs", "")[..^1], ListResult("jobs", "", 1)] },
        { "who", "a line that is not JSON", List("who", "x") },
        { "who", "a number as a name", List("who", """{"id":1,"name":5}""") },
        { "get", "fewer bytes than announced", Get("""{"type":"opened","channel":1,"length":600,"modified":0}""") },
        { "get", "a result of a request that was not accepted", Get("")[1..] },
        { "get", "a status", [.. Get("""{"type":"opened","channel":1,"length":6,"modified":0}""")[..^1], ListResult("file", "abcdef", 2)] },
        { "chat", "a line that is not JSON", Chat("x") },
        { "chat", "a line that is null", Chat("null") },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Answer_with_a_wrong_meaning_is_a_failure(string request, string lie, string[] frames)
    {
        _ = lie;
        await using HostileServer server = Saying(frames);
        Exception failure = (await Record.ExceptionAsync(() => AskAsync(server.Options, request)))!;
        Assert.True(failure is UnverifiedOutputException, $"{failure}");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("input")]
    [InlineData("wait")]
    [InlineData("kill")]
    [InlineData("attach")]
    [InlineData("logs")]
    public async Task Acceptance_that_does_not_name_its_job_is_a_failure(string request)
    {
        await using HostileServer server = Saying([OpenedWithoutJob, .. Ends(), DoneWithOutput]);
        var failure = await Assert.ThrowsAsync<UnverifiedOutputException>(() => AskAsync(server.Options, request));
        Assert.Contains("without naming its job", failure.Message);
    }

    [Fact]
    public async Task Detached_job_that_is_not_named_is_a_failure()
    {
        await using HostileServer server = Saying(["""{"type":"opened","channel":1,"detached":true}"""]);
        var failure = await Assert.ThrowsAsync<UnverifiedOutputException>(() => AskAsync(server.Options, "detach"));
        Assert.Contains("without naming its job", failure.Message);
    }

    [Fact]
    public async Task File_whose_length_is_not_named_is_a_failure()
    {
        await using HostileServer server = Saying(Get("""{"type":"opened","channel":1,"modified":0}"""));
        var failure = await Assert.ThrowsAsync<UnverifiedOutputException>(() => AskAsync(server.Options, "get"));
        Assert.Contains("without naming its length", failure.Message);
    }

    [Theory]
    [InlineData("""{"job":"x","state":"ended","started":9223372036854775807,"duration":1e300}""")]
    [InlineData("""{"job":"x","state":"ended","started":-9223372036854775808,"duration":-1e17}""")]
    public Task Job_with_numbers_out_of_range_is_a_clean_answer(string line) => AssertCleanAsync("jobs", List("jobs", line));

    [Theory]
    [InlineData("""{"id":1,"name":"x","since":4611686018427387904,"idle":9223372036854775807}""")]
    [InlineData("""{"id":1,"name":"x","since":-1,"idle":-9223372036854775808}""")]
    public Task Connection_with_numbers_out_of_range_is_a_clean_answer(string line) => AssertCleanAsync("who", List("who", line));

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    public Task File_with_a_time_out_of_range_is_a_clean_answer(string modified)
        => AssertCleanAsync("get", Get($$"""{"type":"opened","channel":1,"length":6,"modified":{{modified}}}"""));

    [Theory]
    [InlineData("1e309")]
    [InlineData("1e300")]
    [InlineData("-1e17")]
    public Task Result_with_a_duration_out_of_range_is_a_clean_answer(string duration)
    {
        string result = DoneWithOutput.Replace("\"code\":0", $"\"duration\":{duration},\"code\":0", StringComparison.Ordinal);
        return AssertCleanAsync("run", [Opened, .. Ends(), result]);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("wait")]
    [InlineData("attach")]
    public async Task Answer_about_another_job_after_a_reconnect_is_a_failure(string request)
    {
        await using var server = new HostileServer(async connection =>
        {
            await connection.SayAsync(RawPeer.Hello);
            JsonElement open = await connection.ReadOpenAsync();
            string asked = connection.Number == 1 ? open.GetProperty("job").GetString()! : "0000000000000000";
            string opened = $$"""{"type":"opened","channel":1,"job":"{{asked}}","streams":{"stdout":0,"stderr":0} }""";
            await connection.SayAsync(opened);
            if (connection.Number == 1)
                return;
            await connection.SayAsync([.. Ends(), DoneWithOutput]);
            await connection.DrainAsync();
        });
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => AskAsync(server.Options, request));
    }

    [Fact]
    public async Task Repeated_request_names_the_job_by_its_full_id()
    {
        var asked = new List<string>();
        await using var server = new HostileServer(async connection =>
        {
            await connection.SayAsync(RawPeer.Hello);
            JsonElement open = await connection.ReadOpenAsync();
            asked.Add(open.GetProperty("job").GetString()!);
            await connection.SayAsync(OpenedJob);
            if (connection.Number == 1)
                return;
            await connection.SayAsync(Done);
            await connection.DrainAsync();
        });
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options).Within();
        Assert.Equal(Job, (await client.WaitAsync(Job[..4]).Within()).JobId);
        Assert.Equal([Job[..4], Job], asked);
    }

    [Fact]
    public async Task Refusal_without_a_text_names_its_code()
    {
        await using HostileServer server = Saying(["""{"type":"refused","channel":1,"code":"gone"}"""]);
        var failure = await Assert.ThrowsAsync<RequestRefusedException>(() => AskAsync(server.Options, "run"));
        Assert.Contains("gone", failure.Message);
    }

    [Fact]
    public async Task Error_that_calls_itself_a_loss_does_not_lead_to_a_reconnect()
    {
        await using HostileServer server = Saying(["""{"type":"error","code":"lost"}"""]);
        var failure = await Assert.ThrowsAsync<ConnectionLostException>(() => AskAsync(server.Options, "run"));
        Assert.Contains("lost", failure.Message);
        Assert.Equal(1, server.Connections);
    }

    private static async Task AssertCleanAsync(string request, string[] frames)
    {
        await using HostileServer server = Saying(frames);
        Exception? failure = await Record.ExceptionAsync(() => AskAsync(server.Options, request));
        Assert.True(failure is null or UnverifiedOutputException or ConnectionLostException, $"{failure}");
    }

    // A data frame is written as its stream and its text: the hash is added here.
    private static HostileServer Saying(string[] frames) => new(async connection =>
    {
        await connection.SayAsync(RawPeer.Hello);
        await connection.ReadOpenAsync();
        foreach (string frame in frames)
        {
            Match data = Regex.Match(frame, "^data ([a-z]+) (.*)$", RegexOptions.Singleline);
            byte[] body = System.Text.Encoding.UTF8.GetBytes(data.Groups[2].Value);
            if (data.Success)
                await connection.SendAsync(RawPeer.Data(1, data.Groups[1].Value, 0, body));
            else
                await connection.SayAsync(frame);
        }

        await connection.DrainAsync();
    });

    private static async Task AskAsync(ClientOptions options, string request)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options with { GiveUp = TimeSpan.Zero }).Within();
        Task asking = request switch
        {
            "run" => client.RunAsync(RemoteCommand.Shell("x"), new()),
            "input" => client.RunAsync(RemoteCommand.Shell("x"), new() { Input = new MemoryStream([1, 2, 3]) }),
            "detach" => client.DetachAsync(RemoteCommand.Shell("x")),
            "wait" => client.WaitAsync(Job),
            "kill" => client.KillAsync(Job),
            "signal" => client.SignalAsync(Job, "HUP"),
            "rm" => client.ForgetAsync(Job),
            "attach" => AttachAsync(client),
            "logs" => client.ReadLogsAsync(Job, new(), new()),
            "jobs" => client.ListJobsAsync(),
            "who" => client.WhoAsync(),
            "get" => client.GetAsync("file", _ => Stream.Null),
            "chat" => client.ChatAsync(new() { Says = new NeverEnding(), Heard = _ => { } }),
            _ => throw new InvalidOperationException(request),
        };
        await asking.Within();
    }

    private static async Task AttachAsync(RemoteShellClient client)
    {
        RemoteJob job = await client.AttachAsync(Job, from: null, new());
        await job.Completion;
    }

    private static string End(string stream, string total = Empty)
        => $$"""{"type":"end","channel":1,"stream":"{{stream}}",{{total[1..]}}""";

    private static string[] Ends() => [End("stdout"), End("stderr")];

    private static string OpenedStreams()
        => $$"""{"type":"opened","channel":1,"job":"{{Job}}","streams":{"stdout":0,"stderr":0} }""";

    private static string Result(string outcome, int code, string output = Empty)
    {
        string streams = $$"""{"stdout":{{output}},"stderr":{{Empty}} }""";
        return $$"""{"type":"result","channel":1,"outcome":"{{outcome}}","code":{{code}},"streams":{{streams}} }""";
    }

    private static string[] List(string name, string line)
    {
        string text = line.Length == 0 ? "" : $"{line}\n";
        string end = $$"""{"type":"end","channel":1,"stream":"{{name}}",{{Total(text)[1..]}}""";
        string[] data = text.Length == 0 ? [] : [$"data {name} {text}"];
        return [Opened, .. data, end, ListResult(name, text, 0)];
    }

    private static string ListResult(string name, string text, int code)
        => $$"""{"type":"result","channel":1,"outcome":"exited","code":{{code}},"streams":{"{{name}}":{{Total(text)}} } }""";

    private static string[] Get(string opened)
    {
        string end = $$"""{"type":"end","channel":1,"stream":"file",{{Total("abcdef")[1..]}}""";
        return [opened, "data file abcdef", end, ListResult("file", "abcdef", 0)];
    }

    private static string[] Chat(string line)
    {
        const string opened = """{"type":"opened","channel":1,"window":1000,"member":"m","position":{"from":0},"streams":{"chat":0} }""";
        return [opened, $"data chat {line}\n"];
    }

    private static string Total(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return $$"""{"total":{{bytes.Length}},"digest":"{{Checksum.Of(bytes)}}"}""";
    }
}
