using System.Net;
using RemoteShell.Testing.Otlp;

namespace RemoteShell.EndToEnd.Monitoring;

/// <summary><c>rsh-server run --otlp https://…</c>: to whom it sends.</summary>
public sealed class SecureCollectorTests : IAsyncDisposable
{
    private readonly OtlpCollector _collector = new();
    private readonly TemporaryFolder _folder = new();

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE")]
    [InlineData("SSL_CERT_FILE")]
    public async Task Collector_with_a_certificate_of_the_named_authority_gets_metrics_and_spans(string variable)
    {
        await using var front = new TlsFront(_collector, IPAddress.Loopback);
        await RunAsync(front, variable, front.Authority);
        Assert.Contains(_collector.Spans, span => span.Name == "job");
        Assert.Contains("rsh.server.jobs.ended", _collector.Metrics.Keys);
    }

    [Fact]
    public async Task Collector_of_another_authority_gets_nothing()
    {
        await using var front = new TlsFront(_collector, IPAddress.Loopback);
        await using var other = new TlsFront(_collector, IPAddress.Loopback);
        await RunAsync(front, "OTEL_EXPORTER_OTLP_CERTIFICATE", other.Authority);
        Assert.Empty(_collector.Spans);
        Assert.Empty(_collector.Metrics);
        Assert.NotEqual(0, front.Connections);
    }

    [Fact]
    public async Task Collector_with_the_certificate_of_another_host_gets_nothing()
    {
        await using var front = new TlsFront(_collector, IPAddress.Parse("192.0.2.1"));
        await RunAsync(front, "OTEL_EXPORTER_OTLP_CERTIFICATE", front.Authority);
        Assert.Empty(_collector.Spans);
        Assert.NotEqual(0, front.Connections);
    }

    [Theory]
    [InlineData("", "has no certificate")]
    [InlineData(null, "cannot be read")]
    public async Task File_without_an_authority_stops_the_start(string? content, string reason)
    {
        string file = _folder["authority.pem"];
        if (content is not null)
            File.WriteAllText(file, content);
        await using var programs = new Programs();
        Output output = await programs.RunAsync(
            "rsh-server",
            ["run", "--listen", "127.0.0.1:0", "--otlp", "https://localhost:1"],
            "",
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_CERTIFICATE"] = file });
        Assert.NotEqual(0, output.Status);
        Assert.Contains(reason, output.Error);
        Assert.Contains(file, output.Error);
    }

    // The server sends the rest when it stops.
    private async Task RunAsync(TlsFront front, string variable, string authority)
    {
        string file = _folder["authority.pem"];
        File.WriteAllText(file, authority);
        await using var programs = new Programs();
        await programs.CreateKeysAsync();
        await programs.StartServerInAsync(new Dictionary<string, string> { [variable] = file }, "--otlp", front.Url);
        Assert.Equal("hi\n", (await programs.ClientAsync("run", "--accept-new", programs.Host, "echo hi")).Text);
        Programs.Signal(programs.Server, "TERM");
        await programs.Server.WaitForExitAsync().Within();
    }
}
