using System.Text.Json;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using RemoteShell.Broker.Connections;

namespace RemoteShell.Broker.Presence;

/// <summary>The hosts that are connected to a broker: a key-value bucket, in which each host renews its entry.</summary>
public sealed class HostDirectory
{
    private const string Bucket = "rsh-hosts";

    /// <summary>How often a host renews its entry: 30 s.</summary>
    private static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(30);

    /// <summary>An entry that is not renewed goes after 100 s: three renewals, and some time for a busy broker.</summary>
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(100);

    private readonly INatsKVStore _store;

    private HostDirectory(INatsKVStore store) => _store = store;

    /// <summary>Opens the directory, and makes it if the broker does not have it.</summary>
    /// <exception cref="BrokerException">The broker has no JetStream, or does not permit it.</exception>
    public static async Task<HostDirectory> OpenAsync(BrokerConnection broker, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        var context = new NatsKVContext(new NatsJSContext(broker.Nats));
        try
        {
            return new(await OpenAsync(context, cancellationToken).ConfigureAwait(false));
        }
        catch (NatsException e)
        {
            throw BrokerStreams.Unusable(e);
        }
    }

    /// <summary>Keeps a host's entry until the token is cancelled, and removes it then.</summary>
    public async Task AnnounceAsync(HostAnnouncement announcement, ILogger log, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        byte[] json = announcement.ToJson();
        using var timer = new PeriodicTimer(RenewalPause);
        try
        {
            do
                await RenewAsync(announcement.Name, json, log, stopping).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await RemoveAsync(announcement.Name).ConfigureAwait(false);
        }
    }

    /// <summary>The hosts that are there, by name. Entries that cannot be read are left out.</summary>
    /// <exception cref="BrokerException">The broker does not answer.</exception>
    public async Task<IReadOnlyList<HostAnnouncement>> ListAsync(CancellationToken cancellationToken = default)
    {
        var found = new SortedDictionary<string, HostAnnouncement>(StringComparer.Ordinal);
        try
        {
            var options = new NatsKVWatchOpts { IgnoreDeletes = true, OnNoData = _ => ValueTask.FromResult(true) };
            await foreach (NatsKVEntry<byte[]> entry in _store
                .WatchAsync(serializer: NatsRawSerializer<byte[]>.Default, opts: options, cancellationToken: cancellationToken)
                .ConfigureAwait(false))
            {
                if (TryRead(entry) is { } announcement)
                    found[announcement.Name] = announcement;
                if (entry.Delta == 0)
                    break;
            }
        }
        catch (NatsException e)
        {
            throw BrokerStreams.Unusable(e);
        }

        return [.. found.Values];
    }

    private static Task<INatsKVStore> OpenAsync(NatsKVContext context, CancellationToken cancellationToken)
    {
        var config = new NatsKVConfig(Bucket) { History = 1, MaxAge = TimeToLive };
        return BrokerStreams.GetOrMakeAsync(
            () => context.GetStoreAsync(Bucket, cancellationToken), () => context.CreateStoreAsync(config, cancellationToken));
    }

    private async Task RenewAsync(string name, byte[] json, ILogger log, CancellationToken stopping)
    {
        try
        {
            await _store.PutAsync(name, json, NatsRawSerializer<byte[]>.Default, stopping).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            log.LogWarning("cannot announce this host: {Reason}", e.Message);
        }
    }

    private async Task RemoveAsync(string name)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _store.DeleteAsync(name, cancellationToken: time.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            // The entry goes by itself.
        }
    }

    // An entry names the host of its key, and no other one.
    private static HostAnnouncement? TryRead(NatsKVEntry<byte[]> entry)
    {
        try
        {
            HostAnnouncement? read = JsonSerializer.Deserialize(entry.Value, AnnouncementJson.Default.HostAnnouncement);
            return read?.Name == entry.Key ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
