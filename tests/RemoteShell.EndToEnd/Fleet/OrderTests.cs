using System.Globalization;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>In which order hosts are begun, and when no more are.</summary>
public sealed class OrderTests : IAsyncLifetime
{
    private FleetServer _server = null!;

    private string Log => _server["log"];

    // The last number of the host's address.
    private static string Number => "n=$(echo $SSH_CONNECTION | cut -d' ' -f3 | cut -d. -f4)";

    public async ValueTask InitializeAsync() => _server = await FleetServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Batch_begins_after_the_batch_before_it_and_a_pause()
    {
        const int Pause = 400;
        Output output = await _server.RunAsync(
            "--batch", "2", "--pause", $"{Pause}ms", _server.Hosts(5),
            $"{Number}; echo begin $n $(date +%s%3N) >> {Log}; echo end $n $(date +%s%3N) >> {Log}");
        Assert.Equal(0, output.Status);
        string[][] lines = [.. _server.Lines("log").Select(line => line.Split(' '))];
        Assert.Equal(10, lines.Length);
        Assert.Equal("1 1 2 2", string.Join(' ', lines[..4].Select(line => line[1]).Order()));
        Assert.Equal("3 3 4 4", string.Join(' ', lines[4..8].Select(line => line[1]).Order()));
        Assert.Equal("5 5", string.Join(' ', lines[8..].Select(line => line[1])));
        Assert.True(Time(lines[4]) - Time(lines[3]) >= Pause);
        Assert.True(Time(lines[8]) - Time(lines[7]) >= Pause);
    }

    [Fact]
    public async Task Batch_of_percent_is_a_part_of_all_hosts()
    {
        Output output = await _server.RunAsync("--batch", "50%", _server.Hosts(4), $"{Number}; echo $n >> {Log}");
        Assert.Equal(0, output.Status);
        string[] lines = _server.Lines("log");
        Assert.Equal(["1", "2"], lines[..2].Order());
        Assert.Equal(["3", "4"], lines[2..].Order());
    }

    [Fact]
    public async Task Fanout_of_one_keeps_the_order_of_the_hosts()
    {
        Output output = await _server.RunAsync("--fanout", "1", _server.Hosts(5), $"{Number}; echo $n >> {Log}");
        Assert.Equal(0, output.Status);
        Assert.Equal(["1", "2", "3", "4", "5"], _server.Lines("log"));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("1", 2)]
    [InlineData("50%", 3)]
    public async Task No_host_is_begun_after_too_many_failures(string maxFail, int begun)
    {
        Output output = await _server.RunAsync(
            "--fanout", "1", "--max-fail", maxFail, _server.Hosts(5), $"{Number}; echo $n >> {Log}; exit 3");
        Assert.Equal(255, output.Status);
        Assert.Equal(Enumerable.Range(1, begun).Select(Text), _server.Lines("log"));
        Assert.Contains($"skipped ({5 - begun}): 127.0.0.[{begun + 1}-5]:{_server.Port}: ", output.Error);
        Assert.Contains($"{begun} {(begun == 1 ? "host" : "hosts")} failed, and at most {maxFail} may", output.Error);
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("2", "1 2 3 4 5")]
    public async Task Other_hosts_are_begun_only_if_the_canaries_are_ok(string failing, string begun)
    {
        Output output = await _server.RunAsync(
            "--canary", "1", "--fanout", "1", _server.Hosts(5), $"{Number}; echo $n >> {Log}; [ $n != {failing} ]");
        Assert.Equal(begun, string.Join(' ', _server.Lines("log")));
        Assert.Equal(begun == "1" ? 255 : 1, output.Status);
        if (begun == "1")
            Assert.Contains($"skipped (4): 127.0.0.[2-5]:{_server.Port}: a canary is not ok", output.Error);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Time(string[] line) => long.Parse(line[2], CultureInfo.InvariantCulture);
}
