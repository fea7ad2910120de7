using System.Collections.Concurrent;
using System.Net;

namespace RemoteShell.Testing.Otlp;

/// <summary>A collector of OpenTelemetry that keeps the spans and the names of the metrics which it gets by OTLP over HTTP.</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public OtlpCollector()
    {
        Url = $"http://127.0.0.1:{FreePort.Take()}";
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The URL for <c>--otlp</c>.</summary>
    public string Url { get; }

    /// <summary>The spans so far.</summary>
    public ConcurrentQueue<CollectedSpan> Spans { get; } = new();

    /// <summary>The names of the metrics so far.</summary>
    public ConcurrentDictionary<string, bool> Metrics { get; } = new();

    /// <summary>The types of the requests so far.</summary>
    public ConcurrentDictionary<string, bool> ContentTypes { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.Within();
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        ContentTypes[context.Request.ContentType ?? ""] = true;
        // Resources, then scopes, then spans or metrics.
        IEnumerable<ProtobufField> items = ProtobufField.Read(body.ToArray())
            .Where(field => field.Number == 1).SelectMany(resource => resource.All(2)).SelectMany(scope => scope.All(2));
        foreach (ProtobufField item in items)
        {
            if (context.Request.Url!.AbsolutePath == "/v1/traces")
                Spans.Enqueue(CollectedSpan.Of(item));
            else
                Metrics[item.One(1)!.Text] = true;
        }

        context.Response.Close();
    }
}
