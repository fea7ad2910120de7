using System.Diagnostics;
using RemoteShell.EndToEnd.Fleet;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>A <c>rsh-broker</c> that fails in the middle of its work: a script stands before it.</summary>
public sealed class BroadcastProgramTests : IAsyncLifetime
{
    private BroadcastFleet _fleet = null!;

    private string Folder => _fleet["bin"];

    private string Once => _fleet["once"];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Programs.AreNative, "the client finds rsh-broker beside it, and not the script of the test");
        _fleet = await BroadcastFleet.StartAsync(2);
    }

    public ValueTask DisposeAsync() => _fleet?.DisposeAsync() ?? default;

    [Fact]
    public async Task Result_of_which_a_part_was_printed_is_read_again()
    {
        string pipe = _fleet["pipe"];
        // The first reader dies in the middle of its second line.
        Output output = await RunAsync($"""
            if [ "$1" = results ] && mkdir {Once} 2>/dev/null; then
              mkfifo {pipe}
              exec 3<&0
              {Programs.BrokerPath} "$@" <&3 >{pipe} &
              dd bs=1 count=200 status=none <{pipe}
              kill -9 $!
              exit 1
            fi
            """);
        Assert.True(Directory.Exists(Once), "the client did not start the script");
        BroadcastFleet.AssertVerdicts(output, "ok", "ok");
        Assert.Equal(["x", "x"], _fleet.Lines("effect"));
    }

    [Theory]
    [InlineData("exit 1", "")]
    [InlineData("", "exit 1")]
    public async Task Request_is_published_again_after_the_publisher_has_failed(string before, string after)
    {
        Output output = await RunAsync($"""
            if [ "$1" = publish ] && mkdir {Once} 2>/dev/null; then
              {before}
              {Programs.BrokerPath} "$@"
              {after}
            fi
            """);
        Assert.True(Directory.Exists(Once), "the client did not start the script");
        BroadcastFleet.AssertVerdicts(output, "ok", "ok");
        Assert.Equal(["x", "x"], _fleet.Lines("effect"));
    }

    [Fact]
    public async Task Hosts_are_lost_if_it_is_unknown_whether_the_request_is_published_and_resume_goes_on()
    {
        Output output = await RunAsync($"""
            if [ "$1" = publish ]; then
              {Programs.BrokerPath} "$@"
              echo 'rsh-broker: it broke' >&2
              exit 1
            fi
            """);
        BroadcastFleet.AssertVerdicts(output, "lost", "lost");
        Assert.Contains("it broke", output.Text);
        Assert.Equal(255, output.Status);
        Output resumed = await _fleet.ClientAsync("runs", "resume", await _fleet.RunIdAsync());
        Assert.True(resumed.Status == 0, resumed.Error);
        Assert.Equal(["x", "x"], _fleet.Lines("effect"));
    }

    // The script goes on with the real program.
    private async Task<Output> RunAsync(string script)
    {
        Directory.CreateDirectory(Folder);
        string program = Path.Combine(Folder, "rsh-broker");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script}\nexec {Programs.BrokerPath} \"$@\"\n");
        await _fleet.Client.RunToolAsync("chmod", "700", program);
        var environment = new Dictionary<string, string> { ["PATH"] = $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}" };
        string[] arguments = ["run", "--json", "web[1-2]", $"echo x >>{_fleet["effect"]}; echo done"];
        using Process client = _fleet.Client.StartIn(environment, "rsh-client", arguments);
        return await FleetServer.EndAsync(client);
    }
}
