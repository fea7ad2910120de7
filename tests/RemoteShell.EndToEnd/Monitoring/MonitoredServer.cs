using System.Net.Sockets;
using System.Text;

namespace RemoteShell.EndToEnd.Monitoring;

/// <summary>A server program that serves its metrics on a free port.</summary>
internal sealed class MonitoredServer : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = Waiting.Limit };

    private MonitoredServer(Programs programs, Uri metrics) => (Programs, Metrics) = (programs, metrics);

    public Programs Programs { get; }

    /// <summary>The URL of <c>/metrics</c>.</summary>
    public Uri Metrics { get; }

    public static async Task<MonitoredServer> StartAsync(params string[] options)
        => await BesideAsync(await Programs.StartAsync(["--metrics", "127.0.0.1:0", .. options]));

    /// <summary>Starts a server that keeps its files in this folder.</summary>
    public static async Task<MonitoredServer> StartInAsync(string folder, params string[] options)
    {
        var programs = new Programs();
        await programs.RunToolAsync("ln", "-s", folder, Path.Combine(programs.Home, "server"));
        await programs.CreateKeysAsync();
        await programs.StartServerAsync(["--metrics", "127.0.0.1:0", .. options]);
        Assert.Equal(0, (await programs.ClientAsync("run", "--accept-new", programs.Host, "true")).Status);
        return await BesideAsync(programs);
    }

    /// <summary>Fetches a path.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Requests a path.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
        => _http.SendAsync(new(method, new Uri(Metrics, path))).Within();

    /// <summary>The metrics in the text format.</summary>
    public async Task<string> ReadAsync() => await (await GetAsync("/metrics")).Content.ReadAsStringAsync().Within();

    /// <summary>Sends bytes, and returns all that the server answers.</summary>
    public async Task<string> TalkAsync(string sent)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Metrics.Host, Metrics.Port).Within();
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(sent)).Within();
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync().Within();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Programs.DisposeAsync();
    }

    private static async Task<MonitoredServer> BesideAsync(Programs programs)
    {
        string line = (await programs.Server.StandardOutput.ReadLineAsync().Within())!;
        Assert.StartsWith("metrics on http://127.0.0.1:", line);
        return new(programs, new(line["metrics on ".Length..]));
    }
}
