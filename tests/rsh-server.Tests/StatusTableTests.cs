using RemoteShell.Cli.Server.Output;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Tests;

/// <summary>The table of <c>rsh-server status --watch</c>.</summary>
public class StatusTableTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(80, 24)]
    [InlineData(40, 10)]
    [InlineData(20, 3)]
    [InlineData(200, 60)]
    public void Lines_fit_the_terminal_whatever_the_server_does(int columns, int rows)
    {
        IReadOnlyList<StatusLine> lines = new StatusTable(columns, rows).Lines(At(1, Many(500)), At(0, Many(400)));
        Assert.InRange(lines.Count, 1, rows);
        Assert.All(lines, line => Assert.InRange(line.Text.Length, 0, columns));
    }

    [Fact]
    public void Rates_are_those_since_the_time_before()
    {
        IReadOnlyList<StatusLine> lines = new StatusTable(120, 40).Lines(At(2, Many(1, 30 * 1024)), At(0, Many(1, 10 * 1024)));
        Assert.Contains("in 10KB/s · out 20KB/s", lines[1].Text);
        StatusLine row = Assert.Single(lines, line => line.Text.StartsWith("    1  anna", StringComparison.Ordinal));
        Assert.Contains(" 10K ", row.Text);
    }

    [Fact]
    public void First_table_has_no_rates_and_names_what_does_not_fit()
    {
        IReadOnlyList<StatusLine> lines = new StatusTable(120, 24).Lines(At(90, Many(100)), before: null);
        Assert.Contains("up 1m30s", lines[0].Text);
        Assert.Contains("in -B/s", lines[1].Text);
        Assert.Contains(lines, line => line.Text.EndsWith("more: rsh-server status", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Text.StartsWith("JOB ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Text.StartsWith("REFUSED ADDRESS", StringComparison.Ordinal));
    }

    private static WatchedStatus At(int seconds, ServerStatus status) => new(status, Start.AddSeconds(seconds));

    private static ServerStatus Many(int count, long bytes = 0) => new()
    {
        Version = "0.1.0",
        Process = 7,
        User = "anna",
        Since = Start,
        Addresses = ["127.0.0.1:7022"],
        HostKey = "SHA256:x",
        ReceivedBytes = bytes,
        SentBytes = 2 * bytes,
        Connections =
        [
            .. Enumerable.Range(1, count).Select(id => new ConnectionStatus
            {
                Id = id,
                Name = "anna",
                Key = "SHA256:y",
                From = "10.0.0.1:12345",
                Since = Start,
                ReceivedBytes = bytes,
                SentBytes = 2 * bytes,
                Doing = [$"runs: {new string('x', 300)}"],
            }),
        ],
        Jobs =
        [
            .. Enumerable.Range(1, count)
                .Select(_ => new JobStatus { Job = "5766pcv9epnbes0b", Key = "SHA256:y", Since = Start, Command = "make" }),
        ],
        Penalties = [new() { From = "10.0.0.9", LeftMs = 9000, Cause = "its key was refused", Refused = 4 }],
    };
}
