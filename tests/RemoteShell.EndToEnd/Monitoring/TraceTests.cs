using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.Testing.Otlp;

namespace RemoteShell.EndToEnd.Monitoring;

/// <summary><c>rsh-server run --otlp</c>: spans from the client to the process, and metrics.</summary>
public sealed class TraceTests : IAsyncLifetime
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";
    private const string Command = "echo $TRACEPARENT # a-secret";

    private static readonly Dictionary<string, string> Traced = new() { ["TRACEPARENT"] = $"00-{Trace}-{Span}-01" };

    private readonly OtlpCollector _collector = new();
    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--otlp", _collector.Url);

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Command_has_one_trace_from_the_client_to_its_process()
    {
        Output output = await _programs.RunAsync("rsh-client", ["run", _programs.Host, Command], "", Traced);
        await StopAsync();
        CollectedSpan request = Assert.Single(_collector.Spans, span => span.Trace == Trace && span.Name == "exec");
        CollectedSpan job = Assert.Single(_collector.Spans, span => span.Trace == Trace && span.Name == "job");
        Assert.Equal(Span, request.Parent);
        Assert.Equal(request.Id, job.Parent);
        Assert.Equal($"00-{Trace}-{job.Id}-01\n", output.Text);
        Assert.Equal(("exec", "ok"), (request.Attributes["rsh.verb"], request.Attributes["rsh.outcome"]));
        Assert.Equal(("exited", "0"), (job.Attributes["rsh.outcome"], job.Attributes["process.exit.code"]));
        Assert.Equal(request.Attributes["rsh.job.id"], job.Attributes["rsh.job.id"]);
        Assert.StartsWith("SHA256:", job.Attributes["rsh.key"]);
        Assert.DoesNotContain(
            _collector.Spans, span => span.Attributes.Values.Any(value => value.Contains("a-secret", StringComparison.Ordinal)));
        Assert.Equal(["application/x-protobuf"], _collector.ContentTypes.Keys);
    }

    [Fact]
    public async Task Library_passes_the_current_activity_on()
    {
        using Activity activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        await using (RemoteShellClient client = await RemoteShellClient.ConnectAsync(_programs.ClientOptions).Within())
            await client.Command("true").ExecuteBufferedAsync().Within();
        await StopAsync();
        CollectedSpan request = Assert.Single(
            _collector.Spans, span => span.Trace == activity.TraceId.ToHexString() && span.Name == "exec");
        Assert.Equal(activity.SpanId.ToHexString(), request.Parent);
    }

    [Theory]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c+b7ad6b7169203331-01")]
    [InlineData("nonsense")]
    public async Task Wrong_traceparent_counts_as_absent(string traceparent)
    {
        var variables = new Dictionary<string, string> { ["TRACEPARENT"] = traceparent };
        Output output = await _programs.RunAsync("rsh-client", ["run", _programs.Host, Command], "", variables);
        Assert.Equal(0, output.Status);
        await StopAsync();
        string trace = output.Text.Split('-')[1];
        CollectedSpan request = Assert.Single(_collector.Spans, span => span.Trace == trace && span.Name == "exec");
        Assert.Equal("", request.Parent);
    }

    [Fact]
    public async Task Variable_that_the_request_sets_stays()
    {
        Output output = await _programs.ClientAsync("run", "--env", "TRACEPARENT=mine", _programs.Host, "echo $TRACEPARENT");
        Assert.Equal("mine\n", output.Text);
    }

    [Fact]
    public async Task Collector_gets_metrics_too()
    {
        await StopAsync();
        Assert.Contains("rsh.server.jobs.ended", _collector.Metrics.Keys);
        Assert.Contains("rsh.server.connections", _collector.Metrics.Keys);
    }

    [Fact]
    public async Task Server_without_a_collector_sets_no_variable()
    {
        await using Programs untraced = await Programs.StartAsync();
        Output output = await untraced.RunAsync("rsh-client", ["run", untraced.Host, "echo \"<$TRACEPARENT>\""], "", Traced);
        Assert.Equal("<>\n", output.Text);
    }

    [Fact]
    public async Task Collector_that_is_not_there_disturbs_nothing()
    {
        await using Programs lonely = await Programs.StartAsync("--otlp", $"http://127.0.0.1:{FreePort.Take()}");
        Assert.Equal("hi\n", (await lonely.ClientAsync("run", lonely.Host, "echo hi")).Text);
    }

    // The rest is sent when the server stops.
    private async Task StopAsync()
    {
        Programs.Signal(_programs.Server, "TERM");
        await _programs.Server.WaitForExitAsync().Within();
    }
}
