using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RemoteShell.Server.Telemetry;

/// <summary>The instruments of one server. docs/metrics.md lists them.</summary>
/// <remarks>
/// Nothing is counted for each frame: connections count their bytes anyway, and whatever can be read is read when somebody collects.
/// Without a listener, an instrument that is called checks a field.
/// </remarks>
internal sealed class ServerMetrics : IDisposable
{
    private static readonly double[] ShortTimes = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] LongTimes = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1800, 3600, 21600, 86400];

    private readonly Meter _meter;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Histogram<double> _connectionDuration;
    private readonly Counter<long> _handshakes;
    private readonly Histogram<double> _handshakeDuration;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestDuration;
    private readonly Counter<long> _resumes;
    private readonly Counter<long> _jobsStarted;
    private readonly Counter<long> _jobsEnded;
    private readonly Histogram<double> _jobDuration;
    private readonly Counter<long> _retransmitted;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meter">The meter of this server; disposed with this object.</param>
    /// <param name="sources">What the observable instruments read.</param>
    public ServerMetrics(Meter meter, MetricSources sources)
    {
        _meter = meter;
        _connectionDuration = Times("rsh.server.connection.duration", "Time from the handshake to the end of a connection.", LongTimes);
        _handshakes = Count("rsh.server.handshakes", "{handshake}", "Handshakes that have ended, and connections that got none.");
        _handshakeDuration = Times("rsh.server.handshake.duration", "Time of the TLS handshake and the decision.", ShortTimes);
        _requests = Count("rsh.server.requests", "{request}", "Requests that have ended.");
        _requestDuration = Times("rsh.server.request.duration", "Time from the arrival of a request to its end.", LongTimes);
        _resumes = Count("rsh.server.resumes", "{request}", "Requests that continued after a lost connection.");
        _jobsStarted = Count("rsh.server.jobs.started", "{job}", "Jobs that were started.");
        _jobsEnded = Count("rsh.server.jobs.ended", "{job}", "Jobs that have ended.");
        _jobDuration = Times("rsh.server.job.duration", "Time from the start of a job to its end.", LongTimes);
        _retransmitted = Count("rsh.server.retransmitted", "By", "Bytes of output that were sent again after a lost connection.");
        Observe(sources);
    }

    /// <summary>The bytes of the connections.</summary>
    public Traffic Traffic { get; } = new();

    /// <summary>Counts a handshake.</summary>
    /// <param name="outcome"><c>ok</c>, <c>refused</c>, <c>failed</c>, or <c>asked</c>: for a proof.</param>
    /// <param name="error">Why it was refused or has failed; null for the others.</param>
    public void CountHandshake(string outcome, string? error = null) => Add(_handshakes, new(ServerTelemetry.Outcome, outcome), error);

    /// <summary>Records the time of a handshake that was decided.</summary>
    /// <param name="started">Its start, as <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void EndHandshake(long started)
    {
        if (_handshakeDuration.Enabled)
            _handshakeDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Records the time of a connection.</summary>
    /// <param name="started">Its start, as <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void EndConnection(long started)
    {
        if (_connectionDuration.Enabled)
            _connectionDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Counts a request that was not handled.</summary>
    public void RefuseRequest(string verb, string error)
        => Add(_requests, new(ServerTelemetry.Verb, verb), new(ServerTelemetry.Outcome, RequestOutcome.Refused), error);

    /// <summary>Counts a request that has ended, and records its time.</summary>
    public void EndRequest(string verb, in RequestOutcome outcome, long started)
    {
        Add(_requests, new(ServerTelemetry.Verb, verb), new(ServerTelemetry.Outcome, outcome.Word), outcome.Error);
        if (!_requestDuration.Enabled)
            return;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _requestDuration.Record(seconds, new KeyValuePair<string, object?>(ServerTelemetry.Verb, verb));
    }

    /// <summary>Counts a request that continues.</summary>
    public void Resume(string verb) => _resumes.Add(1, new KeyValuePair<string, object?>(ServerTelemetry.Verb, verb));

    /// <summary>Counts bytes that are sent again.</summary>
    public void Retransmit(long bytes)
    {
        if (bytes > 0)
            _retransmitted.Add(bytes);
    }

    /// <summary>Counts a job that was started.</summary>
    /// <param name="kind">What it runs: a word of a fixed set.</param>
    public void StartJob(string kind) => _jobsStarted.Add(1, new KeyValuePair<string, object?>(ServerTelemetry.JobKind, kind));

    /// <summary>Counts a job that has ended, and records its time.</summary>
    public void EndJob(string outcome, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>(ServerTelemetry.Outcome, outcome);
        _jobsEnded.Add(1, tag);
        _jobDuration.Record(duration.TotalSeconds, tag);
    }

    public void Dispose() => _meter.Dispose();

    private void Observe(MetricSources sources)
    {
        Level("rsh.server.connections", "{connection}", "Connections of authorized clients.", sources.Connections);
        Level("rsh.server.handshake.queue", "{connection}", "Connections that wait for their handshake.", sources.WaitingHandshakes);
        Level("rsh.server.requests.active", "{request}", "Requests that have not ended.", sources.Requests);
        Level("rsh.server.send.queue", "By", "Bytes of frames that wait to be written.", () => Traffic.Waiting);
        Level("rsh.server.output.kept", "By", "Bytes of output that no client has acknowledged.", () => sources.Jobs().OutputBytes);
        Level("rsh.server.output.disk", "By", "Bytes of output on disk.", () => sources.Jobs().DiskBytes);
        Level("rsh.server.penalties", "{address}", "Addresses and networks that are refused.", sources.Penalties);
        _meter.CreateObservableUpDownCounter("rsh.server.jobs", () => JobStates(sources.Jobs()), "{job}", "Jobs that the server knows.");
        _meter.CreateObservableCounter("rsh.server.io", Bytes, "By", "Bytes of frames received and sent.");
        _meter.CreateObservableGauge("rsh.server.memory.resident", () => Environment.WorkingSet, "By", "Memory of the process.");
        _meter.CreateObservableGauge(
            "rsh.server.memory.managed", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Memory of .NET objects.");
        _meter.CreateObservableGauge(
            "rsh.server.uptime", () => Stopwatch.GetElapsedTime(_started).TotalSeconds, "s", "Time since the server started.");
    }

    private static IEnumerable<Measurement<int>> JobStates(JobCounts jobs) =>
    [
        new(jobs.Running, new KeyValuePair<string, object?>(ServerTelemetry.JobState, "running")),
        new(jobs.Paused, new KeyValuePair<string, object?>(ServerTelemetry.JobState, "paused")),
        new(jobs.Held, new KeyValuePair<string, object?>(ServerTelemetry.JobState, "held")),
        new(jobs.Ended, new KeyValuePair<string, object?>(ServerTelemetry.JobState, "ended")),
    ];

    private IEnumerable<Measurement<long>> Bytes() =>
    [
        new(Traffic.Received, new KeyValuePair<string, object?>(ServerTelemetry.Direction, "receive")),
        new(Traffic.Sent, new KeyValuePair<string, object?>(ServerTelemetry.Direction, "transmit")),
    ];

    private void Level<T>(string name, string unit, string text, Func<T> read)
        where T : struct
        => _meter.CreateObservableUpDownCounter(name, read, unit, text);

    private Counter<long> Count(string name, string unit, string text) => _meter.CreateCounter<long>(name, unit, text);

    private Histogram<double> Times(string name, string text, double[] bounds)
        => _meter.CreateHistogram(name, "s", text, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private static void Add(Counter<long> counter, KeyValuePair<string, object?> tag, string? error)
    {
        if (error is null)
            counter.Add(1, tag);
        else
            counter.Add(1, tag, new(ServerTelemetry.ErrorType, error));
    }

    private static void Add(
        Counter<long> counter, KeyValuePair<string, object?> first, KeyValuePair<string, object?> second, string? error)
    {
        if (error is null)
            counter.Add(1, first, second);
        else
            counter.Add(1, first, second, new(ServerTelemetry.ErrorType, error));
    }
}
