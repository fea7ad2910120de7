using System.Text;

namespace RemoteShell.Testing.Hostile;

/// <summary>Makes up what a hostile server answers: a valid answer, with changed, missing, repeated and inserted frames.</summary>
public sealed class RandomServer
{
    private readonly Choices _choices;
    private readonly FrameContext _context;
    private readonly Dictionary<string, byte[]> _payload = new(StringComparer.Ordinal);
    private readonly List<Planned> _frames = [];

    private RandomServer(Choices choices, FrameContext context) => (_choices, _context) = (choices, context);

    /// <summary>Makes up all that a server sends to a client whose first request it guesses.</summary>
    public static RandomConversation Generate(Choices choices)
    {
        byte[] hello = Hello(choices);
        RandomAnswer answer = Answer(choices, choices.Of(MessageShapes.Requests).Name, 1, "0123456789abcdef");
        return new([hello, .. answer.Frames], IsDamaged: true);
    }

    /// <summary>Makes up the first frame. One in twelve is hostile.</summary>
    public static byte[] Hello(Choices choices)
        => HostileFrames.Write(MessageShapes.Find("hello"), new(), choices, choices.OneIn(12) ? 1 : 0);

    /// <summary>Makes up an answer to this request. One in four has nothing hostile but the content of its texts.</summary>
    public static RandomAnswer Answer(Choices choices, string request, uint channel, string job)
    {
        var server = new RandomServer(choices, new() { Channel = channel, Job = job });
        server.Plan(request);
        for (int changes = choices.Next(4); changes > 0 && server._frames.Count > 0; changes--)
            server.Change();
        return new([.. server._frames.Select(server.Write)], server._payload);
    }

    private static string[] StreamsOf(string request) => request switch
    {
        "exec" or "attach" or "logs" => ["stdout", "stderr"],
        "get" => ["file"],
        "jobs" => ["jobs"],
        "who" => ["who"],
        "chat" => ["chat"],
        "complete" => ["completions"],
        "notify" => ["notified"],
        _ => [],
    };

    private void Plan(string request)
    {
        string[] names = StreamsOf(request);
        foreach (string name in names)
            _payload.Add(name, name == "stderr" ? [] : Content(name));
        long length = _payload.GetValueOrDefault("file")?.Length ?? 0;
        _frames.Add(new(MessageShapes.Find("opened"), _context with { Length = length }));
        var totals = new StringBuilder();
        foreach (string name in names)
        {
            var stream = new SentStream(_context.Channel, name);
            foreach (byte[] chunk in _payload[name].Chunk(40))
                _frames.Add(new(MessageShapes.Find("data"), stream.Next(chunk)));
            _frames.Add(new(MessageShapes.Find("end"), stream.End()));
            totals.Append(totals.Length > 0 ? "," : "").Append($"\"{name}\":{{\"total\":{stream.Length},\"digest\":\"{stream.Digest}\"}}");
        }

        _frames.Add(new(MessageShapes.Find("result"), _context with { Totals = $"{{{totals}}}" }));
    }

    private byte[] Content(string name)
    {
        if (MessageShapes.Lines.FirstOrDefault(line => line.Name == name) is not { } shape)
            return Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, 1 + _choices.Next(40)).Select(i => $"word{i}")) + "\n");
        var lines = new List<byte>();
        for (int count = _choices.Next(3); count > 0; count--)
            lines.AddRange([.. HostileFrames.WriteLine(shape, _context, _choices, _choices.Next(3)), (byte)'\n']);
        return [.. lines];
    }

    private void Change()
    {
        int at = _choices.Next(_frames.Count);
        switch (_choices.Next(12))
        {
            case < 5:
                _frames[at] = _frames[at] with { Changes = 1 + _choices.Next(2) };
                break;
            case 5:
                _frames.RemoveAt(at);
                break;
            case 6:
                _frames.Insert(at, _frames[at]);
                break;
            case 7:
                _frames.Reverse(at, Math.Min(2, _frames.Count - at));
                break;
            case 8:
                _frames[at] = _frames[at] with { IsDamaged = true };
                break;
            case 9:
                _frames.RemoveRange(at, _frames.Count - at);
                break;
            case 10:
                MessageShape last = MessageShapes.Find(_choices.Of(["refused", "error", "goodbye"]));
                _frames[at] = new(last, _context) { Changes = _choices.Next(3) };
                break;
            default:
                MessageShape shape = _choices.OneIn(2) ? MessageShapes.Find("notice") : _choices.Of(MessageShapes.Frames);
                uint channel = _choices.OneIn(4) ? _choices.Of<uint>([2, 99]) : _context.Channel;
                _frames.Insert(at, new(shape, _context with { Channel = channel }) { Changes = _choices.Next(3) });
                break;
        }
    }

    private byte[] Write(Planned planned)
    {
        byte[] frame = HostileFrames.Write(planned.Shape, planned.Context, _choices, planned.Changes);
        return planned.IsDamaged ? HostileFrames.Damage(frame, _choices) : frame;
    }

    private sealed record Planned(MessageShape Shape, FrameContext Context)
    {
        public int Changes { get; init; }

        public bool IsDamaged { get; init; }
    }
}
