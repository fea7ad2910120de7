using System.Threading.Channels;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>What one host has published about a run, until its verdict is known.</summary>
internal sealed class HostInbox
{
    // A host publishes one result. More are those of somebody else, or repetitions.
    private const int Capacity = 16;

    private readonly Channel<PublishedResult> _results = Channel.CreateBounded<PublishedResult>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private volatile bool _hasTaken;
    private volatile bool _isLate;
    private volatile HostKeyException? _untrusted;

    /// <summary>Whether the host says that it has the request. It is not proved.</summary>
    public bool HasTaken => _hasTaken;

    /// <summary>Why the key of a result is not that of the host; null if no result had another key.</summary>
    public HostKeyException? Untrusted => _untrusted;

    /// <summary>The results. They end if the host is silent for too long.</summary>
    public IAsyncEnumerable<PublishedResult> ReadAllAsync(CancellationToken cancellationToken)
        => _results.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Takes what the host has published. It waits while others are being checked: none is dropped.</summary>
    /// <returns>False if it is not a result, or not wanted any more.</returns>
    public async ValueTask<bool> AddAsync(PublishedResult published, CancellationToken cancellationToken)
    {
        if (published.Result is null)
        {
            _hasTaken = true;
            return false;
        }

        try
        {
            await _results.Writer.WriteAsync(published, cancellationToken);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Ends the waiting, unless the host has the request.</summary>
    public void EndIfSilent()
    {
        _isLate = true;
        if (!_hasTaken || _untrusted is not null)
            Close();
    }

    /// <summary>Says that a result has another key than the host. It is the host's verdict once its time to answer is over.</summary>
    public void AddUntrusted(HostKeyException reason)
    {
        _untrusted = reason;
        if (_isLate)
            Close();
    }

    /// <summary>Takes no more results.</summary>
    public void Close() => _results.Writer.TryComplete();

    /// <summary>Ends the waiting.</summary>
    public void Fail(Exception reason) => _results.Writer.TryComplete(reason);
}
