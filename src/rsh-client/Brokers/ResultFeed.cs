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

    private readonly BrokerCall _call;
    private readonly Lock _gate = new();

    // Guarded by _gate: what was read and is not acknowledged, in the order of the broker.
    private readonly Queue<Place> _places = new();
    private readonly Dictionary<ulong, Place> _open = [];
    private bool _isEnded;

    private ResultFeed(BrokerCall call) => _call = call;

    /// <summary>Opens the feed. Nothing that is published from now on is missed.</summary>
    /// <param name="arguments">The options of the broker.</param>
    /// <param name="broadcast">The run's request.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="RemoteShellException">The broker cannot be used.</exception>
    public static async Task<ResultFeed> OpenAsync(
        IReadOnlyList<string> arguments, RunBroadcast broadcast, CancellationToken cancellationToken)
    {
        var call = BrokerCall.Start(["results", .. arguments, $"--key={broadcast.Signer}", "--", broadcast.Run]);
        try
        {
            if (await call.Output.ReadLineAsync(cancellationToken) is null)
                throw await call.FailureAsync(cancellationToken);
            return new(call);
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    /// <summary>Since when the broker is there.</summary>
    public BrokerPresence Presence { get; } = new();

    /// <summary>Reads results until the program ends.</summary>
    /// <exception cref="RemoteShellException">It has failed.</exception>
    public async IAsyncEnumerable<PublishedResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _call.Output.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line is Ready or Lost)
            {
                Presence.Note(line == Ready);
                continue;
            }

            PublishedResult result = Read(line);
            lock (_gate)
            {
                var place = new Place { Sequence = result.Sequence };
                _places.Enqueue(place);
                _open[result.Sequence] = place;
            }

            yield return result;
        }

        if (!_isEnded)
            throw await _call.FailureAsync(cancellationToken);
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

    public ValueTask DisposeAsync() => _call.DisposeAsync();

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
