using System.Text;
using System.Threading.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Chatting;

/// <summary>A member of a room: sends the lines of a test and records the messages it hears.</summary>
internal sealed class Talker : TestStream, IAsyncDisposable
{
    private readonly Channel<byte[]> _said = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
    private readonly Channel<ChatMessage> _heard = System.Threading.Channels.Channel.CreateUnbounded<ChatMessage>();
    private readonly CancellationTokenSource _given = new();
    private readonly RemoteShellClient _client;
    private ReadOnlyMemory<byte> _rest;

    private Talker(RemoteShellClient client, string room, int last)
    {
        _client = client;
        Member = JobId.New();
        var options = new ChatOptions
        {
            Room = room,
            Last = last,
            Member = Member,
            Says = this,
            Heard = Hear,
            Missed = () => Missed++,
        };
        Talking = client.ChatAsync(options, _given.Token);
    }

    public string Member { get; }

    public Task Talking { get; }

    public int Missed { get; private set; }

    /// <summary>The member reads messages only while this event is set.</summary>
    public ManualResetEventSlim IsListening { get; } = new(initialState: true);

    /// <summary>Joins a room with a key of the given name.</summary>
    public static async Task<Talker> JoinAsync(
        TestServer server,
        string name,
        string room = ChatRequest.Lobby,
        int last = 20,
        Func<ClientOptions, ClientOptions>? configure = null)
    {
        ClientOptions options = server.ClientOptions(name);
        using (var identity = Identity.LoadOrCreate(options.IdentityFile))
            server.AuthorizedKeys.Add($"{identity.PublicKey} {name}");
        return new(await RemoteShellClient.ConnectAsync(configure?.Invoke(options) ?? options).Within(), room, last);
    }

    public void Say(string text) => _said.Writer.TryWrite(Encoding.UTF8.GetBytes(text));

    public void Leave() => _said.Writer.TryComplete();

    /// <summary>Reads the next message and formats it as NAME EVENT [TEXT].</summary>
    public async Task<string> HearsAsync()
    {
        ChatMessage line = await _heard.Reader.ReadAsync().Within();
        return line.Text is { } text ? $"{line.Name} {line.KindName} {text}" : $"{line.Name} {line.KindName}";
    }

    public async Task HearsAsync(params string[] lines)
    {
        foreach (string line in lines)
            Assert.Equal(line, await HearsAsync());
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.Length == 0)
        {
            if (!await _said.Reader.WaitToReadAsync(cancellationToken))
                return 0;
            _said.Reader.TryRead(out byte[]? said);
            _rest = said;
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        IsListening.Set();
        await _given.CancelAsync();
        await Talking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _client.DisposeAsync();
        await base.DisposeAsync();
    }

    private void Hear(ChatMessage line)
    {
        IsListening.Wait(TestContext.Current.CancellationToken);
        _heard.Writer.TryWrite(line);
    }
}
