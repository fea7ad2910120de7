namespace RemoteShell.Client.Tests.Resuming;

/// <summary>A client that ends as by kill -9: its connection breaks without a goodbye, and it never connects again.</summary>
internal sealed class LostClient : IAsyncDisposable
{
    private readonly RemoteShellClient _client;
    private readonly FaultyStream _stream;

    private LostClient(RemoteShellClient client, FaultyStream stream) => (_client, _stream) = (client, stream);

    public static async Task<LostClient> ConnectAsync(PlainServer server, Faults faults)
    {
        var stream = new FaultyStream(server.Connect(null), faults);
        int dialled = 0;
        var options = new ClientOptions { Host = new("memory", 1), GiveUp = TimeSpan.Zero };
        RemoteShellClient client = await RemoteShellClient.OverAsync(
            options, _ => dialled++ == 0 ? Task.FromResult<Stream>(stream) : throw new IOException("this client is dead"));
        return new(client, stream);
    }

    public Task<RemoteJob> StartAsync(RemoteCommand command, CommandStreams streams) => _client.StartAsync(command, streams).Within();

    /// <summary>Resumes the command, and completes when the connection has broken, or with the result.</summary>
    /// <remarks>Nothing is written to the streams after that.</remarks>
    public async Task<CommandResult?> ResumeAsync(RemoteCommand command, ResumePoint point, CommandStreams streams)
    {
        using MortalStream output = new(streams.Output), error = new(streams.Error);
        try
        {
            RemoteJob job = await _client.ResumeAsync(command, point, streams with { Output = output, Error = error }).Within();
            return await job.Completion.Within();
        }
        catch (Exception e) when (e is ConnectionLostException or ConnectFailedException)
        {
            return null;
        }
    }

    /// <summary>Breaks the connection.</summary>
    public ValueTask DieAsync() => _stream.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await DieAsync();
        await _client.DisposeAsync();
    }

    private sealed class MortalStream(Stream target) : TestStream
    {
        private readonly Lock _gate = new();
        private bool _isDead;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDead, this);
                target.Write(buffer.Span);
            }

            return ValueTask.CompletedTask;
        }

        protected override void Dispose(bool disposing)
        {
            lock (_gate)
                _isDead = true;
            base.Dispose(disposing);
        }
    }
}
