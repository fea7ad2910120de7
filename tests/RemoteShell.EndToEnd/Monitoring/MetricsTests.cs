using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RemoteShell.EndToEnd.Survival;
using RemoteShell.Testing.Otlp;

namespace RemoteShell.EndToEnd.Monitoring;

/// <summary><c>rsh-server run --metrics</c>: what it serves, and to whom.</summary>
public partial class MetricsTests
{
    [Fact]
    public async Task Metrics_count_what_clients_do()
    {
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        Assert.Equal(3, (await server.Programs.ClientAsync("run", server.Programs.Host, "echo hi; exit 3")).Status);
        await Waiting.UntilAsync(
            async () => (await server.ReadAsync()).Contains("\nrsh_server_connections{} 0\n", StringComparison.Ordinal), "the client left");
        string text = await server.ReadAsync();
        string[] expected =
        [
            """rsh_server_handshakes_total{rsh_outcome="ok"} 2""",
            """rsh_server_requests_total{rsh_outcome="ok",rsh_verb="exec"} 2""",
            """rsh_server_jobs_started_total{rsh_job_kind="command"} 2""",
            """rsh_server_jobs_ended_total{rsh_outcome="exited"} 2""",
            """rsh_server_job_duration_seconds_count{rsh_outcome="exited"} 2""",
            """rsh_server_request_duration_seconds_bucket{rsh_verb="exec",le="86400"} 2""",
            """rsh_server_request_duration_seconds_bucket{rsh_verb="exec",le="+Inf"} 2""",
            "rsh_server_connection_duration_seconds_count{} 2",
        ];
        Assert.All(expected, line => Assert.Contains($"\n{line}\n", text));
        Assert.DoesNotContain("""rsh_server_io_bytes_total{network_io_direction="transmit"} 0""", text);
    }

    [Fact]
    public async Task Served_names_are_those_of_the_dashboard()
    {
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        await Waiting.UntilAsync(
            async () => (await server.ReadAsync()).Contains("\nrsh_server_connections{} 0\n", StringComparison.Ordinal), "the client left");
        string[] served = [.. ServedMetric().Matches(await server.ReadAsync()).Select(line => line.Groups[1].Value)];
        string dashboard = File.ReadAllText(Repository.File("docs/grafana.json"));
        string[] shown =
            [.. DashboardMetric().Matches(dashboard).Select(name => name.Value.Replace("_bucket", "", StringComparison.Ordinal))];
        // These have no value yet.
        string[] absent = ["rsh_server_resumes_total", "rsh_server_retransmitted_bytes_total"];
        Assert.Equal(shown.Except(absent).Distinct().Order(), served.Order());
    }

    [Fact]
    public async Task Collector_and_Prometheus_get_the_metrics_of_one_server()
    {
        await using var collector = new OtlpCollector();
        await using MonitoredServer server = await MonitoredServer.StartAsync("--otlp", collector.Url);
        Assert.Contains("rsh_server_jobs_ended_total{", await server.ReadAsync());
        Programs.Signal(server.Programs.Server, "TERM");
        await server.Programs.Server.WaitForExitAsync().Within();
        Assert.Contains("rsh.server.jobs.ended", collector.Metrics.Keys);
        Assert.Contains(collector.Spans, span => span.Name == "job");
    }

    [Fact]
    public async Task Refused_client_is_counted_with_the_reason()
    {
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        File.WriteAllText(Path.Combine(server.Programs.Home, "server", "authorized_keys"), "");
        Assert.NotEqual(0, (await server.Programs.ClientAsync("run", server.Programs.Host, "true")).Status);
        Assert.Contains("""rsh_server_handshakes_total{error_type="unauthorized",rsh_outcome="refused"} 1""", await server.ReadAsync());
    }

    [Fact]
    public async Task Health_is_ok_until_the_disk_is_full_and_again_when_there_is_room()
    {
        using SmallDisk? disk = SmallDisk.TryMount();
        Assert.SkipUnless(disk is not null, "needs Linux and the right to mount a tmpfs");
        await using MonitoredServer server = await MonitoredServer.StartInAsync(disk.Path, "--audit", "required");
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/healthz")).StatusCode);
        disk.Fill();
        HttpResponseMessage full = await server.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
        Assert.Equal("the disk of the state folder is full\n", await full.Content.ReadAsStringAsync());
        // Until not even one line fits into the last block of the audit journal.
        for (int i = 0; i < 20; i++)
            await server.Programs.ClientAsync("run", server.Programs.Host, "true");
        disk.Free();
        await Waiting.UntilAsync(async () => (await server.GetAsync("/healthz")).StatusCode == HttpStatusCode.OK, "there is room");
        Assert.Equal(0, (await server.Programs.ClientAsync("run", server.Programs.Host, "true")).Status);
    }

    [Fact]
    public async Task Health_is_not_ok_while_the_server_stops()
    {
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        HttpResponseMessage healthy = await server.GetAsync("/healthz");
        Assert.Equal((HttpStatusCode.OK, "ok\n"), (healthy.StatusCode, await healthy.Content.ReadAsStringAsync()));

        using var running = server.Programs.Start("rsh-client", "run", server.Programs.Host, "echo begun; trap '' TERM; sleep 100");
        Assert.Equal("begun", await running.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(server.Programs.Server, "TERM");
        await Waiting.UntilAsync(
            async () => (await server.GetAsync("/healthz")).StatusCode == HttpStatusCode.ServiceUnavailable, "the server stops");
        Assert.Equal("the server is stopping\n", await (await server.GetAsync("/healthz")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Other_paths_methods_and_requests_are_refused()
    {
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/metrics/../etc/passwd%00")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.SendAsync(HttpMethod.Post, "/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.SendAsync(HttpMethod.Delete, "/healthz")).StatusCode);
        Assert.StartsWith("HTTP/1.1 400 ", await server.TalkAsync("nonsense\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 431 ", await server.TalkAsync($"GET /metrics HTTP/1.1\r\nX: {new string('a', 9000)}\r\n\r\n"));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/metrics?name=x")).StatusCode);
    }

    [Fact]
    public async Task Slow_clients_do_not_hold_up_others()
    {
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        var slow = new List<Socket>();
        for (int i = 0; i < 100; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            slow.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, server.Metrics.Port).WaitAsync(Waiting.Limit);
            await socket.SendAsync("GET /met"u8.ToArray().AsMemory());
        }

        // Half of the time after which a slow client is cut off.
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/healthz").WaitAsync(TimeSpan.FromSeconds(5))).StatusCode);
        slow.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("0.0.0.0:9464", "--metrics: 0.0.0.0 is not a loopback address")]
    [InlineData("[::]:9464", "--metrics: :: is not a loopback address")]
    [InlineData("example:1", "--metrics: 'example:1' is not an address with a port")]
    [InlineData("127.0.0.1:99999", "--metrics: '127.0.0.1:99999' is not an address with a port")]
    public async Task Address_that_others_reach_is_refused(string address, string message)
    {
        await using var programs = new Programs();
        Output output = await programs.RunAsync("rsh-server", ["run", "--metrics", address], "");
        Assert.Equal(2, output.Status);
        Assert.StartsWith($"rsh-server: {message}", output.Error);
    }

    [Fact]
    public async Task Address_in_use_ends_the_start_with_a_hint()
    {
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        await using var other = new Programs();
        Output output = await other.RunAsync(
            "rsh-server", ["run", "--listen", "127.0.0.1:0", "--metrics", $"127.0.0.1:{server.Metrics.Port}"], "");
        Assert.Equal(1, output.Status);
        Assert.StartsWith($"rsh-server: cannot serve metrics on 127.0.0.1:{server.Metrics.Port}: ", output.Error);
        Assert.Contains("--metrics 127.0.0.1:PORT", output.Error);
    }

    [GeneratedRegex(@"^# TYPE (\w+) ", RegexOptions.Multiline)]
    private static partial Regex ServedMetric();

    [GeneratedRegex(@"rsh_server_\w+")]
    private static partial Regex DashboardMetric();
}
