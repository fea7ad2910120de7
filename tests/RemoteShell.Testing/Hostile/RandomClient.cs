using RemoteShell.Protocol.Messages;

namespace RemoteShell.Testing.Hostile;

/// <summary>Makes up what a hostile client sends: requests, streams and messages, of which about half have hostile values.</summary>
public sealed class RandomClient
{
    // Without a key of ssh, of which a server asks for a proof.
    private static readonly MessageShape PlainHello = MessageShape.Parse(
        "hello", Sender.Both, """{"type":"hello","version":1,"agent":"x/1","limits":{"header":262144,"body":262144,"channels":64}}""");

    private const string IdDigits = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly Choices _choices;
    private readonly string _idStart;
    private readonly List<byte[]> _frames = [];
    private readonly List<SentStream> _streams = [];
    private readonly List<string> _jobs = [];
    private uint _lastChannel;
    private bool _isDamaged;

    private RandomClient(Choices choices, int number)
    {
        _choices = choices;
        _idStart = $"h{Digits(number, 7)}";
    }

    /// <summary>Makes up a conversation.</summary>
    /// <param name="choices">The decisions.</param>
    /// <param name="number">Makes the ids of the jobs unique among the conversations with one server.</param>
    public static RandomConversation Generate(Choices choices, int number)
    {
        var client = new RandomClient(choices, number);
        client.Begin();
        for (int frames = 1 + choices.Next(10); frames > 0; frames--)
            client.Continue();
        return new(client._frames, client._isDamaged || client._frames.Any(HostileFrames.AnnouncesMore));
    }

    private void Begin() => Add(_choices.OneIn(4) ? MessageShapes.Find("hello") : PlainHello, new(), _choices.OneIn(8) ? 1 : 0);

    private void Continue()
    {
        switch (_choices.Next(20))
        {
            case < 8:
                Open();
                break;
            case < 11:
                Send();
                break;
            case < 15:
                OnChannel(_choices.Of(MessageShapes.Frames));
                break;
            case 15:
                // A channel that was never opened, or an even one.
                Add(_choices.Of(MessageShapes.Frames), new() { Channel = _choices.Of<uint>([2, 99, 4294967295]), Job = Job() }, 0);
                break;
            case 16:
                _frames.Add(_choices.Of(_frames));
                break;
            case 17 when _choices.OneIn(2):
                _frames[^1] = HostileFrames.Damage(_frames[^1], _choices);
                _isDamaged = true;
                break;
            case 18:
                // Not a frame at all: a line of a list.
                Add(MessageShapes.Lines[_choices.Next(4)], new(), 1);
                break;
            default:
                Add(MessageShapes.Find("ping"), new(), Changes());
                break;
        }
    }

    private void Open()
    {
        MessageShape request = _choices.Next(3) == 0 ? MessageShapes.Find("exec") : _choices.Of(MessageShapes.Requests);
        string job = request.Name == "exec" && !_choices.OneIn(4) ? NewJob() : Job();
        // Almost always a valid number: another one ends the connection.
        uint channel = _choices.OneIn(24) ? _choices.Of<uint>([0, 2, _lastChannel, 4294967295]) : Math.Max(_lastChannel + 2, 1) | 1;
        _lastChannel = Math.Max(_lastChannel, channel < uint.MaxValue ? channel : 0);
        Add(request, new() { Channel = channel, Job = job }, Changes());
        _streams.Add(new(channel, request.Name == "chat" ? "say" : "stdin"));
    }

    private void Send()
    {
        if (_streams.Count == 0)
        {
            Open();
            return;
        }

        SentStream stream = _choices.Of(_streams);
        if (_choices.OneIn(4))
        {
            Add(MessageShapes.Find("end"), stream.End(), Changes());
            return;
        }

        byte[] body = new byte[1 + _choices.Next(64)];
        for (int i = 0; i < body.Length; i++)
            body[i] = (byte)_choices.Next(256);
        Add(MessageShapes.Find("data"), stream.Next(body), Changes());
    }

    private void OnChannel(MessageShape shape)
    {
        uint channel = _streams.Count == 0 ? 1 : _choices.Of(_streams).Channel;
        string stream = _choices.Of(["stdout", "stderr", "stdin", "chat", "file"]);
        Add(shape, new() { Channel = channel, Job = Job(), Stream = stream }, Changes());
    }

    private void Add(MessageShape shape, FrameContext context, int changes)
        => _frames.Add(HostileFrames.Write(shape, context, _choices, changes));

    // Half of the frames are valid, so that the others find the server in states that only valid frames lead to.
    private int Changes() => Math.Max(0, _choices.Next(6) - 2);

    private string Job() => _jobs.Count == 0 || _choices.OneIn(8) ? "0123456789abcdef" : _choices.Of(_jobs);

    private string NewJob()
    {
        string job = _idStart + Digits(_jobs.Count, JobId.Length - _idStart.Length);
        _jobs.Add(job);
        return job;
    }

    private static string Digits(int number, int count)
        => string.Concat(Enumerable.Range(0, count).Select(i => IdDigits[(number >> Math.Min(5 * (count - 1 - i), 31)) & 31]));
}
