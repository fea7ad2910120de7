using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Tests.Telemetry;

/// <summary>The instruments of a server, and the documents about them.</summary>
public sealed partial class ServerMetricsTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void Each_instrument_has_a_row_in_the_document_and_each_row_an_instrument()
    {
        string document = File.ReadAllText(Repository.File("docs/metrics.md"));
        string[] rows = [.. Row().Matches(document).Select(row => $"{row.Groups[1]} {row.Groups[2]} {row.Groups[3]}").Order()];
        using var measured = new Measured(_server.Server);
        string[] instruments = [.. measured.Instruments.Select(one => $"{one.Name} {KindOf(one)} {one.Unit}").Order()];
        Assert.NotEmpty(rows);
        Assert.Equal(rows, instruments);
        Assert.All(measured.Instruments, one => Assert.False(string.IsNullOrEmpty(one.Description)));
    }

    [Fact]
    public void Dashboard_names_all_metrics_and_no_others()
    {
        using var measured = new Measured(_server.Server);
        string[] known = [.. measured.Instruments.Select(PrometheusName).Order()];
        string dashboard = File.ReadAllText(Repository.File("docs/grafana.json"));
        string[] named = [.. PrometheusMetric().Matches(dashboard).Select(name => Plain(name.Value)).Distinct().Order()];
        Assert.Equal(known, named);

        static string Plain(string name) => name.EndsWith("_bucket", StringComparison.Ordinal) ? name[..^"_bucket".Length] : name;
    }

    [Fact]
    public async Task Servers_of_one_process_are_told_apart()
    {
        await using var other = new TestServer();
        using Measured here = new(_server.Server), there = new(other.Server);
        await using (RemoteShellClient client = await _server.ConnectAsync())
            Assert.Equal(7, (await client.Shell("exit 7").ExecuteBufferedAsync().Within()).ExitCode);
        await Waiting.Until(() => here.Sum("rsh.server.requests") == 1, "the request is counted");
        Assert.Equal(1, here.Sum("rsh.server.jobs.ended"));
        Assert.Equal(0, there.Sum("rsh.server.jobs.ended") + there.Sum("rsh.server.requests") + there.Sum("rsh.server.handshakes"));
    }

    [Fact]
    public async Task Name_that_a_client_invents_does_not_become_an_attribute()
    {
        using var measured = new Measured(_server.Server);
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame("""{"type":"open","channel":1,"request":"invented"}"""));
        await Waiting.Until(() => measured.Sum("rsh.server.requests") == 1, "the request is counted");
        Assert.Contains("rsh.verb=unknown", measured.Attributes);
        Assert.DoesNotContain(measured.Attributes, text => text.Contains("invented", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(""" "request":"exec","command":"true" """, "exec", "bad-request")]
    [InlineData(""" "request":"kill","job":7 """, "kill", "bad-request")]
    [InlineData(""" "request":"wait" """, "wait", "bad-request")]
    [InlineData(""" "request":"invented" """, "unknown", "unknown-request")]
    [InlineData(""" "request":["exec"] """, "unknown", "bad-request")]
    [InlineData(""" "request":"invented","size":1,"hash":"crc32c:00000000" """, "unknown", "bad-hash")]
    [InlineData(""" "request":"jobs","size":1,"hash":"crc32c:c1d04330" """, "jobs", "bad-size")]
    public async Task Request_that_is_refused_before_it_is_handled_is_counted_once(string fields, string verb, string code)
    {
        using var measured = new Measured(_server.Server);
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        byte[] body = fields.Contains("size", StringComparison.Ordinal) ? "a"u8.ToArray() : [];
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame($$"""{"type":"open","channel":1,{{fields}}}""", body));
        Assert.Contains(code, await peer.ReadAsync("refused"));
        await Waiting.Until(() => measured.Sum("rsh.server.requests") > 0, "the request is counted");
        Assert.Equal(1, measured.Sum("rsh.server.requests"));
        HashSet<string> expected = [$"error.type={code}", "rsh.outcome=refused", $"rsh.verb={verb}"];
        Assert.Superset(expected, measured.Attributes.ToHashSet());
    }

    [Fact]
    public async Task Request_beyond_the_channels_of_a_connection_is_counted()
    {
        await using var small = new TestServer(options => options with { Limits = new() { Channels = 1 } });
        using var measured = new Measured(small.Server);
        await using RawPeer peer = await RawPeer.ConnectAsync(small);
        byte[] first = RawPeer.Frame(
            $$"""{"type":"open","channel":1,"request":"exec","job":"{{JobId.New()}}","command":"sleep 100"}""");
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), first, RawPeer.Frame("""{"type":"open","channel":3,"request":"who"}"""));
        await peer.ReadAsync("refused");
        await Waiting.Until(() => measured.Sum("rsh.server.requests") == 1, "the request is counted");
        HashSet<string> expected = ["error.type=limit", "rsh.outcome=refused", "rsh.verb=who"];
        Assert.Superset(expected, measured.Attributes.ToHashSet());
    }

    [Fact]
    public async Task Resumed_request_and_the_bytes_that_are_sent_again_are_counted()
    {
        using var measured = new Measured(_server.Server);
        string open = $$"""
            {"type":"open","channel":1,"request":"exec","job":"{{JobId.New()}}","command":"echo hello; sleep 100","onDisconnect":"keep:20s"
            """;
        await using (RawPeer first = await RawPeer.ConnectAsync(_server))
        {
            await first.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(open + "}"));
            await first.ReadAsync("data");
        }

        Assert.Equal(0, measured.Sum("rsh.server.resumes"));
        await using RawPeer second = await RawPeer.ConnectAsync(_server);
        string again = open + ""","streams":{"stdout":{"from":2}}}""";
        await second.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(again));
        await second.ReadAsync("data");
        Assert.Equal((1, 4), (measured.Sum("rsh.server.resumes"), measured.Sum("rsh.server.retransmitted")));
        Assert.Equal(1, measured.Sum("rsh.server.jobs.started"));
    }

    [Fact]
    public void Nothing_is_allocated_without_a_listener()
    {
        using var meter = new Meter("unheard");
        using var metrics = new ServerMetrics(meter, new()
        {
            Connections = () => 0,
            WaitingHandshakes = () => 0,
            Requests = () => 0,
            Jobs = () => default,
            Penalties = () => 0,
        });
        Measure();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Measure();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Measure()
        {
            metrics.CountHandshake("refused", "limit");
            metrics.EndHandshake(0);
            metrics.EndConnection(0);
            metrics.EndRequest("exec", new(RequestOutcome.Refused, "limit"), 0);
            metrics.RefuseRequest("exec", "limit");
            metrics.Resume("exec");
            metrics.Retransmit(5);
            metrics.StartJob("command");
            metrics.EndJob("exited", TimeSpan.Zero);
        }
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        Counter<long> or ObservableCounter<long> => "counter",
        ObservableGauge<long> or ObservableGauge<double> => "gauge",
        _ => "level",
    };

    private static string PrometheusName(Instrument instrument)
    {
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return instrument.Name.Replace('.', '_') + unit + (KindOf(instrument) == "counter" ? "_total" : "");
    }

    [GeneratedRegex(@"^\| `(rsh\.server\.[a-z.]+)` \| (\w+) \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"rsh_server_\w+")]
    private static partial Regex PrometheusMetric();
}
