using System.Text;
using System.Text.RegularExpressions;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Messages;

public class MessageTests
{
    private const string Id = "0123456789abcdef";

    [Fact]
    public void Quotes_and_letters_of_a_command_take_few_bytes()
    {
        string command = new string('\'', 1000) + new string('"', 1000) + new string('中', 1000);
        var request = new ExecRequest { Channel = 1, Job = Id, Command = command };
        byte[] json = MessageCodec.Encode(request);
        Assert.InRange(json.Length, 6000, 6300);
        Assert.Equal(request.Command, ((ExecRequest)MessageCodec.Decode("open", json)!).Command);
    }

    [Fact]
    public void Every_message_reads_back_as_written()
    {
        Message[] all =
        [
            new HelloMessage { Version = 1, Agent = "a", Features = ["f"] },
            new PingMessage { Id = 1 },
            new PongMessage { Id = -1, Time = 0.5 },
            new NoticeMessage { Text = "中文" },
            new GoodbyeMessage { Reason = "r" },
            new ErrorMessage { Channel = 1, Code = "c", Text = "t", Hint = "u" },
            new OpenedMessage { Channel = 1, Job = Id, Window = 5 },
            new RefusedMessage { Channel = 1, Code = "c" },
            new SignalMessage { Channel = 1, Name = "INT" },
            new ResultMessage { Channel = 1, Outcome = "exited", Code = 3, Usage = new(1, 2), PipesLeftOpen = ["stdout"] },
            new ExecRequest
            {
                Channel = 1,
                Job = Id,
                Argv = ["a", "b c"],
                Env = new Dictionary<string, string> { ["K"] = "V" },
                Timeout = 9,
                Stdin = true,
            },
            new GetRequest { Channel = 3, Path = "/p", Position = new(5, 9), Modified = 1 },
            new AttachRequest { Channel = 1, Job = Id, Streams = new Dictionary<string, StreamPosition> { ["stdout"] = new(0) } },
            new LogsRequest { Channel = 1, Job = Id, Tail = 3, Follow = true },
            new JobsRequest { Channel = 1, Filter = "all" },
            new WaitRequest { Channel = 1, Job = Id },
            new KillRequest { Channel = 1, Job = Id, Signal = "HUP" },
            new RmRequest { Channel = 1, Job = Id },
            new DeliveredMessage { Job = Id },
        ];
        foreach (Message message in all)
        {
            byte[] header = MessageCodec.Encode(message);
            Message? again = MessageCodec.Decode(message.Type, header);
            Assert.Equal(message.GetType(), again!.GetType());
            Assert.Equal(header, MessageCodec.Encode(again));
            Assert.StartsWith($"{{\"type\":\"{message.Type}\"", Encoding.UTF8.GetString(header));
        }
    }

    [Fact]
    public void Absent_field_has_its_default()
    {
        var hello = (HelloMessage)MessageCodec.Decode("hello", """{"type":"hello","version":1}"""u8)!;
        Assert.Equal(262_144, hello.Limits.Header);
        Assert.Equal(262_144, hello.Limits.Body);
        Assert.Equal(64, hello.Limits.Channels);
        Assert.Equal("", hello.Agent);
        var get = (GetRequest)MessageCodec.Decode("open", """{"type":"open","channel":1,"request":"get","path":"x"}"""u8)!;
        Assert.Equal(1024 * 1024, get.Window);
        Assert.Equal("crc32c", get.Digest);
        var result = (ResultMessage)MessageCodec.Decode("result", """{"type":"result","channel":1,"outcome":"exited","code":0}"""u8)!;
        Assert.Empty(result.Streams);
    }

    [Fact]
    public void Values_of_variables_are_never_printed()
    {
        var exec = new ExecRequest { Job = "j", Command = "c", Env = new Dictionary<string, string> { ["TOKEN"] = "secret" } };
        Assert.Contains("TOKEN", exec.ToString());
        Assert.DoesNotContain("secret", exec.ToString());
    }

    [Fact]
    public void Job_ids_sort_by_age_and_are_unique()
    {
        string early = JobId.New(DateTimeOffset.UnixEpoch.AddSeconds(1), [1, 2, 3, 4, 5]);
        string late = JobId.New(DateTimeOffset.UnixEpoch.AddSeconds(2), [0, 0, 0, 0, 0]);
        Assert.True(string.CompareOrdinal(early, late) < 0);
        Assert.Equal("00000034" + "04106105", early);
        string[] ids = [.. Enumerable.Range(0, 1000).Select(_ => JobId.New())];
        Assert.Equal(1000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(JobId.IsValid(id)));
        string?[] invalid = [null, "", "short", "0123456789abcdeu", "0123456789ABCDEF", "0123456789abcdef0"];
        Assert.All(invalid, id => Assert.False(JobId.IsValid(id)));
    }

    /// <summary>The document and the code agree on the messages.</summary>
    [Fact]
    public void Protocol_document_names_every_type_field_and_error_code()
    {
        string document = File.ReadAllText(Repository.File("docs/protocol.md"));
        string[] types =
        [
            "hello", "ping", "pong", "notice", "goodbye", "error", "open", "opened", "refused", "data", "window", "end", "signal", "result",
            "delivered",
        ];
        string[] requests = ["exec", "get", "attach", "logs", "wait", "kill", "rm", "jobs"];
        Assert.All(requests, request => Assert.Contains($"`{request}`", document));
        Assert.All(types, type => Assert.Contains($"### `{type}`", document));
        var codes = typeof(ErrorCode).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        Assert.All(codes, code => Assert.Contains($"| `{code}` |", document));
        Message[] messages =
        [
            new HelloMessage { Version = 1, Features = [] },
            new PingMessage { Id = 1 },
            new NoticeMessage { Text = "" },
            new GoodbyeMessage(),
            new ErrorMessage { Code = "", Hint = "", Channel = 1 },
            new OpenedMessage
            {
                Job = "",
                Length = 0,
                Mode = 0,
                Modified = 0,
                Position = new(0, 0),
                Streams = new Dictionary<string, long>(),
                Detached = true,
            },
            new DeliveredMessage { Job = "" },
            new RefusedMessage { Code = "", Hint = "" },
            new SignalMessage { Name = "" },
            new ResultMessage { Outcome = "", Signal = "", Reason = "", Usage = new(0, 0), PipesLeftOpen = [] },
            new ExecRequest
            {
                Job = "",
                Command = "",
                Argv = [],
                Builtin = [],
                Line = "",
                Cwd = "",
                Env = new Dictionary<string, string>(),
                Unset = [],
                Timeout = 0,
                Stdin = true,
                User = "",
                OnDisconnect = "",
                OnFull = "",
                Detach = true,
                Streams = new Dictionary<string, StreamPosition>(),
            },
            new GetRequest { Path = "", User = "", Position = new(0), Modified = 0 },
            new AttachRequest { Job = "", Streams = new Dictionary<string, StreamPosition>() },
            new LogsRequest
            {
                Job = "",
                Stream = "",
                From = 0,
                Length = 0,
                Tail = 0,
                Follow = true,
                Streams = new Dictionary<string, StreamPosition>(),
                StartOffsets = new Dictionary<string, long>(),
            },
            new JobsRequest { Filter = "" },
            new WaitRequest { Job = "" },
            new KillRequest { Job = "", Signal = "" },
            new RmRequest { Job = "" },
        ];
        var entry = new JobEntry { Job = "", State = "", Outcome = "", Code = 0, Signal = "", Reason = "", Attached = 1 };
        IEnumerable<string> fields = messages.Select(MessageCodec.Encode)
            .Append(MessageCodec.EncodeJob(entry))
            .SelectMany(json => Regex.Matches(Encoding.UTF8.GetString(json), "\"([a-zA-Z]+)\":").Select(match => match.Groups[1].Value));
        Assert.All(fields.Distinct(), field => Assert.Contains($"`{field}`", document));
    }
}
