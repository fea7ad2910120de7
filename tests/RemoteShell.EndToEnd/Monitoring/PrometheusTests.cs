using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd.Monitoring;

/// <summary>The metrics, as Prometheus of the distribution sees them.</summary>
public class PrometheusTests
{
    [Fact]
    public async Task Promtool_finds_nothing_wrong()
    {
        Assert.SkipUnless(IsThere("promtool"), "needs promtool, of the package prometheus");
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        Assert.Equal(0, (await server.Programs.ClientAsync("run", server.Programs.Host, "true")).Status);
        using Process check = server.Programs.StartTool("promtool", "check", "metrics");
        await check.StandardInput.WriteAsync(await server.ReadAsync());
        check.StandardInput.Close();
        string found = await check.StandardOutput.ReadToEndAsync().Within() + await check.StandardError.ReadToEndAsync().Within();
        await check.WaitForExitAsync().Within();
        Assert.Equal((0, ""), (check.ExitCode, found));
    }

    [Fact]
    public async Task Prometheus_scrapes_the_server()
    {
        Assert.SkipUnless(IsThere("prometheus"), "needs prometheus, of the package prometheus");
        await using MonitoredServer server = await MonitoredServer.StartAsync();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["prometheus.yml"], $"""
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: rsh
                static_configs:
                  - targets: ["{server.Metrics.Authority}"]
            """);
        int port = FreePort.Take();
        using Process prometheus = server.Programs.StartTool(
            "prometheus",
            $"--config.file={folder["prometheus.yml"]}",
            $"--storage.tsdb.path={folder["data"]}",
            $"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error");
        // It would wait for the reader of its log.
        _ = prometheus.StandardError.BaseStream.CopyToAsync(Stream.Null);
        try
        {
            using var http = new HttpClient { Timeout = Waiting.Limit };
            var query = new Uri($"http://127.0.0.1:{port}/api/v1/query?query=rsh_server_jobs_ended_total");
            await Waiting.UntilAsync(async () => await ValueAsync(http, query) == "1", "Prometheus has the value");
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync().Within();
        }
    }

    private static async Task<string?> ValueAsync(HttpClient http, Uri query)
    {
        try
        {
            using var answer = JsonDocument.Parse(await http.GetStringAsync(query).Within());
            JsonElement result = answer.RootElement.GetProperty("data").GetProperty("result");
            return result.GetArrayLength() == 0 ? null : result[0].GetProperty("value")[1].GetString();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static bool IsThere(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
