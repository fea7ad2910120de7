using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using RemoteShell.Fleet;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>The results of a run, as <c>rsh-broker results</c> prints them.</summary>
internal sealed class ResultFeed : IAsyncDisposable
{
    private const string Ready = "{\"ready\":true}", Lost = "{\"ready\":false}";

    private readonly IReadOnlyList<string> _arguments;
    private readonly Lock _gate = new();

    // Guarded by _gate: what was read and is not acknowledged, in the order of the broker.
    private readonly Queue<Place> _places = new();
    private readonly Dictionary<ulong, Place> _open = [];
    private BrokerCall _call;
    private bool _isEnded;
    private bool _isDisposed;

    private ResultFeed(IReadOnlyList<string> arguments, BrokerCall call) => (_arguments, _call) = (arguments, call);

    /// <summary>Opens the feed. Nothing that is published from now on is missed.</summary>
    /// <param name="arguments">The options of the broker.</param>
    /// <param name="broadcast">The run's request.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="RemoteShellException">The broker cannot be used.</exception>
    public static async Task<ResultFeed> OpenAsync(
        IReadOnlyList<string> arguments, RunBroadcast broadcast, CancellationToken cancellationToken)
    {
        string[] all = ["results", .. arguments, $"--key={broadcast.Signer}", "--", broadcast.Run];
        return new(all, await StartAsync(all, cancellationToken));
    }

    /// <summary>Since when the broker is there.</summary>
    public BrokerPresence Presence { get; } = new();

    /// <summary>Reads results until the last one is not needed any more. A program that has failed is started again, 3 times.</summary>
    /// <exception cref="RemoteShellException">It has failed again.</exception>
    public async IAsyncEnumerable<PublishedResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pauses = new Queue<TimeSpan>(BrokerCall.Pauses);
        while (true)
        {
            while (await NextAsync(cancellationToken) is { } result)
                yield return result;
            if (_isEnded)
                yield break;
            await StartAgainAsync(pauses, cancellationToken);
        }
    }

    /// <summary>Says that a result is not needed any more: its verdict is on the disk, or it says nothing.</summary>
    public void Done(ulong sequence)
    {
        lock (_gate)
        {
            if (!_open.Remove(sequence, out Place? done))
                return;
            done.IsDone = true;
            ulong last = 0;
            while (_places.TryPeek(out Place? first) && first.IsDone)
                last = _places.Dequeue().Sequence;
            if (last > 0)
                Write(last.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Says that no client will read on.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isEnded = true;
            Write("end");
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
            _isDisposed = true;
        return _call.DisposeAsync();
    }

    // The program runs, and reads from now on.
    private static async Task<BrokerCall> StartAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var call = BrokerCall.Start(arguments);
        try
        {
            if (await call.Output.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken) is null)
                throw await call.FailureAsync(cancellationToken);
            return call;
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    private async Task StartAgainAsync(Queue<TimeSpan> pauses, CancellationToken cancellationToken)
    {
        Presence.Note(isThere: false);
        RemoteShellException failure = await _call.FailureAsync(cancellationToken);
        while (pauses.TryDequeue(out TimeSpan pause))
        {
            await Task.Delay(pause, cancellationToken);
            try
            {
                await ReplaceAsync(await StartAsync(_arguments, cancellationToken));
                Presence.Note(isThere: true);
                return;
            }
            catch (RemoteShellException e)
            {
                failure = e;
            }
        }

        throw failure;
    }

    private async Task ReplaceAsync(BrokerCall call)
    {
        BrokerCall ended = call;
        lock (_gate)
        {
            if (!_isDisposed)
            {
                (ended, _call) = (_call, call);
                // What is not acknowledged comes again.
                _places.Clear();
                _open.Clear();
            }
        }

        await ended.DisposeAsync();
        ObjectDisposedException.ThrowIf(ended == call, this);
    }

    // Null if the program has ended.
    private async Task<PublishedResult?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _call.Output.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line is Ready or Lost)
            {
                Presence.Note(line == Ready);
                continue;
            }

            // A program that was killed may have written a part of its last line.
            if (!line.EndsWith('}') && await _call.Output.ReadLineAsync(cancellationToken) is null)
                return null;
            PublishedResult result = Read(line);
            lock (_gate)
            {
                var place = new Place { Sequence = result.Sequence };
                _places.Enqueue(place);
                _open[result.Sequence] = place;
            }

            return result;
        }

        return null;
    }

    // The program may have ended. What is not acknowledged comes again to the next one.
    private void Write(string line)
    {
        try
        {
            _call.Input.Write(Encoding.ASCII.GetBytes($"{line}\n"));
            _call.Input.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
        }
    }

    private static PublishedResult Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            JsonElement fields = json.RootElement;
            byte[]? result = fields.TryGetProperty("result", out JsonElement bytes) ? bytes.GetBytesFromBase64() : null;
            return new(fields.GetProperty("sequence").GetUInt64(), fields.GetProperty("host").GetString()!, result);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw BrokerCall.OtherVersion(e);
        }
    }

    private sealed class Place
    {
        public required ulong Sequence { get; init; }

        public bool IsDone { get; set; }
    }
}
