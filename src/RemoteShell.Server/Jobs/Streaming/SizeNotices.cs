using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Tells a watcher that the job's terminal has another size than its own: once, and again when that changes.</summary>
internal sealed class SizeNotices : IDisposable
{
    // A client makes the job's terminal some rows smaller while it shows a message, for 5 s. A watcher need not hear of that.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(6);

    private readonly Channel _channel;
    private readonly Job _job;
    private readonly Lock _gate = new();
    private readonly Timer _settled;

    // Guarded by _gate: the watcher's size, and the sizes of both that it was told.
    private (int Columns, int Rows)? _own;
    private ((int Columns, int Rows) Own, (int Columns, int Rows) Job)? _told;

    private SizeNotices(Channel channel, Job job)
    {
        (_channel, _job) = (channel, job);
        _settled = new(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins to follow the size of the job's terminal, until the result is disposed.</summary>
    public static SizeNotices Begin(Channel channel, Job job)
    {
        var notices = new SizeNotices(channel, job);
        job.Resized += notices.Settle;
        return notices;
    }

    /// <summary>Takes the size of the watcher's terminal.</summary>
    public void Resize(int columns, int rows)
    {
        lock (_gate)
            _own = (columns, rows);
        Tell();
    }

    public void Dispose()
    {
        _job.Resized -= Settle;
        _settled.Dispose();
    }

    private void Settle()
    {
        try
        {
            _settled.Change(SettleTime, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The watcher has left at this moment.
        }
    }

    private void Tell()
    {
        lock (_gate)
        {
            if (_own is not { } own || _job.TerminalSize is not { } size || _told == (own, size))
                return;
            bool wasDifferent = _told is { } told && told.Own != told.Job;
            _told = (own, size);
            if (own == size && !wasDifferent)
                return;
            string text = own == size
                ? "the job's terminal has the size of this one now"
                : $"the job's terminal has {size.Columns} columns and {size.Rows} rows, and this one has {own.Columns} and {own.Rows}: "
                    + "what it shows may look wrong here";
            _channel.Post(new NoticeMessage { Text = text });
        }
    }
}
