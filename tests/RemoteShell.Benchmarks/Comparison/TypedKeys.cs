using System.IO.Pipes;
using System.Threading.Channels;
using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>A terminal of RemoteShell whose program answers each key.</summary>
internal sealed class TypedKeys : IAsyncDisposable
{
    private readonly AnonymousPipeServerStream _keys = new(PipeDirection.Out);
    private readonly AnonymousPipeClientStream _typed;
    private readonly ShownBytes _shown = new();
    private readonly CancellationTokenSource _stop = new();
    private RemoteJob? _terminal;

    private TypedKeys() => _typed = new(PipeDirection.In, _keys.ClientSafePipeHandle);

    /// <summary>Where keys are typed.</summary>
    public Stream Input => _keys;

    /// <summary>Starts the program, which prints one byte when it is ready.</summary>
    public static async Task<TypedKeys> StartAsync(RemoteShellClient client, string program)
    {
        var keys = new TypedKeys();
        RemoteCommand command = RemoteCommand.Shell(program) with { Terminal = new TerminalSettings("xterm", 80, 24) };
        keys._terminal = await client.StartAsync(command, new() { Input = keys._typed, Output = keys._shown }, keys._stop.Token);
        await keys.ShownAsync();
        return keys;
    }

    /// <summary>Waits for the next byte that the program shows.</summary>
    public async Task ShownAsync() => await _shown.Bytes.ReadAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_terminal is not null)
            await ((Task)_terminal.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _shown.DisposeAsync();
        await _typed.DisposeAsync();
        await _keys.DisposeAsync();
        _stop.Dispose();
    }

    // Signals each byte that is shown.
    private sealed class ShownBytes : MemoryStream
    {
        private readonly Channel<bool> _bytes = Channel.CreateUnbounded<bool>();

        public ChannelReader<bool> Bytes => _bytes.Reader;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < buffer.Length; i++)
                _bytes.Writer.TryWrite(true);
            return ValueTask.CompletedTask;
        }
    }
}
