using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Parsing;

namespace RemoteShell.Cli.Server.Logging;

/// <summary>Passes log events to a sink that may block, on a thread of its own, so that the server does not wait for that sink.</summary>
/// <remarks>At most 1024 events wait. Further events are dropped; the sink shows how many, once it has shown those that waited.</remarks>
internal sealed class QueuedSink : ILogEventSink, IDisposable
{
    private const int Capacity = 1024;

    // A line wakes the thread at most this often. Waking it for each line costs as much as a short command.
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(20);

    // How long the server waits at its end for the events that are still in the queue.
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    private static readonly MessageTemplate Dropped = new MessageTemplateParser().Parse(
        "{Count} lines were not shown here, because nobody read them in time; the log file has them");

    private readonly BlockingCollection<LogEvent> _waiting = new(Capacity);
    private readonly ILogEventSink _sink;
    private readonly ManualResetEventSlim _ending = new();
    private readonly Thread _thread;
    private long _dropped;

    private QueuedSink(ILogEventSink sink)
    {
        _sink = sink;
        // In the background: the process can end while a write to a stopped terminal blocks the thread.
        _thread = new(ShowAll) { IsBackground = true, Name = "console log" };
    }

    /// <summary>Makes a queue in front of a sink, and starts its thread.</summary>
    public static QueuedSink Start(ILogEventSink sink)
    {
        var queued = new QueuedSink(sink);
        queued._thread.Start();
        return queued;
    }

    /// <summary>Queues an event, or drops it if the queue is full. Does not block.</summary>
    public void Emit(LogEvent logEvent)
    {
        if (_waiting.IsAddingCompleted || !_waiting.TryAdd(logEvent))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>Waits until the events in the queue are shown, at most for 1 s.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        _ending.Set();
        if (_thread.Join(EndLimit))
            (_sink as IDisposable)?.Dispose();
    }

    private void ShowAll()
    {
        foreach (LogEvent logEvent in _waiting.GetConsumingEnumerable())
        {
            Show(logEvent);
            if (_waiting.Count > 0)
                continue;
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and long count)
                Show(Lost(count));
            _ending.Wait(GatherTime);
        }
    }

    private void Show(LogEvent logEvent)
    {
        try
        {
            _sink.Emit(logEvent);
        }
        catch (Exception e)
        {
            // The reader of the pipe is gone, or the terminal is closed. The next events go to the log file all the same.
            SelfLog.WriteLine("the console does not take the log: {0}", e);
        }
    }

    private static LogEvent Lost(long count)
        => new(DateTimeOffset.Now, LogEventLevel.Warning, null, Dropped, [new("Count", new ScalarValue(count))]);
}
