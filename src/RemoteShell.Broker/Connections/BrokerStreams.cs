using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace RemoteShell.Broker.Connections;

/// <summary>The streams of JetStream that hold requests and results.</summary>
internal static class BrokerStreams
{
    /// <summary>The code of JetStream for what does not exist.</summary>
    public const int NotFound = 404;

    public const string Requests = "RSH_REQUESTS", Results = "RSH_RESULTS";

    // A request is valid for 7 days at most.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    // Of results, with at most 64 KiB of output each: the oldest go first.
    private const long MaxBytes = 4L * 1024 * 1024 * 1024;

    // Each one waits 5 s for an answer: NatsOpts.RequestTimeout.
    private const int MaxAttempts = 3;

    /// <summary>Opens a stream, and makes it if the broker does not have it.</summary>
    /// <exception cref="BrokerException">The broker has no JetStream, or does not permit it.</exception>
    public static async Task<INatsJSStream> OpenAsync(NatsJSContext context, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await GetOrMakeAsync(context, name, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            throw Unusable(e);
        }
    }

    /// <summary>The failure of something that needs JetStream.</summary>
    public static BrokerException Unusable(NatsException e) => new($"the broker cannot keep requests and results: {e.Message}", e)
    {
        Hint = "start nats-server with -js, and permit the subjects that docs/broker.md lists",
    };

    /// <summary>Gets what the broker keeps, and makes it if it is not there. Several programs may do this at the same time.</summary>
    /// <exception cref="NatsException">The broker has no JetStream, or does not permit it.</exception>
    public static async Task<T> GetOrMakeAsync<T>(Func<ValueTask<T>> get, Func<ValueTask<T>> make)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await GetOrMakeOnceAsync(get, make).ConfigureAwait(false);
            }
            catch (NatsJSApiNoResponseException) when (attempt < MaxAttempts)
            {
                // NATS may lose a request or its answer, most of all while many connect. Both requests can be repeated.
            }
        }
    }

    private static async Task<T> GetOrMakeOnceAsync<T>(Func<ValueTask<T>> get, Func<ValueTask<T>> make)
    {
        NatsJSApiException refusal;
        try
        {
            return await get().ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
        }

        try
        {
            return await make().ConfigureAwait(false);
        }
        catch (NatsJSApiException e)
        {
            // Of several that make it at the same time, nats-server refuses some: the name is in use, or the subjects overlap.
            refusal = e;
        }

        try
        {
            return await get().ConfigureAwait(false);
        }
        catch (NatsJSApiException)
        {
            throw refusal;
        }
    }

    private static Task<INatsJSStream> GetOrMakeAsync(NatsJSContext context, string name, CancellationToken cancellationToken)
    {
        string subjects = name == Requests ? Subjects.AllRequests : Subjects.AllResults;
        var config = new StreamConfig(name, [subjects])
        {
            MaxAge = MaxAge,
            MaxBytes = MaxBytes,
            AllowDirect = true,
            DuplicateWindow = TimeSpan.FromMinutes(10),
        };
        return GetOrMakeAsync(
            () => context.GetStreamAsync(name, cancellationToken: cancellationToken),
            () => context.CreateStreamAsync(config, cancellationToken));
    }
}
