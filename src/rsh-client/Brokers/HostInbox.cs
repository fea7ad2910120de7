using System.Threading.Channels;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>What one host has published about a run, until its verdict is known.</summary>
internal sealed class HostInbox
{
    // A host publishes one result. More are those of somebody else, or repetitions.
    private const int Capacity = 16;

    private readonly Channel<PublishedResult> _results = Channel.CreateBounded<PublishedResult>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private volatile bool _hasTaken;

    /// <summary>Whether the host says that it has the request. It is not proved.</summary>
    public bool HasTaken => _hasTaken;

    /// <summary>The results. They end if the host is silent for too long.</summary>
    public IAsyncEnumerable<PublishedResult> ReadAllAsync(CancellationToken cancellationToken)
        => _results.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Takes what the host has published.</summary>
    /// <returns>False if it is not a result, or not wanted any more.</returns>
    public bool Add(PublishedResult published)
    {
        _hasTaken = true;
        return published.Result is not null && _results.Writer.TryWrite(published);
    }

    /// <summary>Ends the waiting, unless the host has published something.</summary>
    public void EndIfSilent()
    {
        if (!_hasTaken)
            _results.Writer.TryComplete();
    }

    /// <summary>Ends the waiting.</summary>
    public void Fail(Exception reason) => _results.Writer.TryComplete(reason);
}
