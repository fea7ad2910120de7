using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Tests.Fleet;

/// <summary>Reasons that differ only by the name of the host, or by the job, are one.</summary>
public class FleetSummaryTests
{
    [Theory]
    [InlineData("there is no host named 'a'", "a", "there is no host named 'HOST'")]
    [InlineData("nothing listens at web1:7022", "web1", "nothing listens at HOST:7022")]
    [InlineData("nothing listens at web10:7022", "web1", "nothing listens at web10:7022")]
    [InlineData("web1 is not web1.example", "web1", "HOST is not web1.example")]
    [InlineData("the server [::1]:7 is not known", "[::1]:7", "the server HOST is not known")]
    [InlineData("no answer from 10.0.0.1 within 1 s", "10.0.0.1", "no answer from HOST within 1 s")]
    [InlineData("no answer from 10.0.0.11.", "10.0.0.1", "no answer from 10.0.0.11.")]
    [InlineData("no answer from 10.0.0.1.", "10.0.0.1", "no answer from HOST.")]
    [InlineData("/etc/app: app-web is not app", "app", "/etc/app: app-web is not HOST")]
    [InlineData("", "a", "")]
    public void Name_of_the_host_is_replaced_where_it_is_a_word(string reason, string host, string text)
        => Assert.Equal(text, FleetSummary.Replace(reason, host, "HOST"));

    [Fact]
    public void Reasons_of_lost_jobs_are_one()
    {
        HostVerdict[] verdicts = [Lost("h1", "577nt9hka"), Lost("h2", "577nt9hkb")];
        string[] lines = [.. FleetSummary.Lines(new(verdicts), "577run")];
        Assert.Equal("  lost (2): h[1-2]: the job JOB of HOST is gone", lines[1]);

        static HostVerdict Lost(string host, string job)
            => new() { Host = host, Kind = VerdictKind.Lost, Job = job, Reason = $"the job {job} of {host} is gone" };
    }
}
