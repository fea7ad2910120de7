using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>What happens to a job when its clients leave, according to its on-disconnect option.</summary>
public class DisconnectPolicyTests
{
    [Theory]
    [InlineData("kill", CloseReason.Lost, true)]
    [InlineData("kill", ErrorCode.Silent, true)]
    [InlineData("kill", ErrorCode.Truncated, true)]
    [InlineData("kill", ErrorCode.Idle, true)]
    [InlineData("kill", ErrorCode.Disconnected, true)]
    [InlineData("keep", CloseReason.Lost, false)]
    [InlineData("keep:60s", CloseReason.Lost, false)]
    [InlineData("keep:60s", ErrorCode.Disconnected, false)]
    public void Disconnect_ends_the_job_only_with_kill(string option, string code, bool ends)
    {
        DisconnectVerdict decision = Decide(option, code);
        Assert.False(decision.KeepsRunning);
        Assert.Equal(ends ? Outcome.KilledByPolicy : null, decision.Cause?.Kind);
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("keep")]
    public void Goodbye_ends_the_job_whatever_the_option_is(string option)
        => Assert.Equal(Outcome.Killed, Decide(option, CloseReason.Goodbye).Cause?.Kind);

    [Theory]
    [InlineData(ErrorCode.Detached, false)]
    [InlineData(CloseReason.Goodbye, true)]
    public void Job_runs_on_when_its_client_leaves_it_running(string code, bool leavesRunning)
        => Assert.Equal(new DisconnectVerdict(KeepsRunning: true, Cause: null), Decide("kill", code, leavesRunning));

    [Theory]
    [InlineData("kill", true)]
    [InlineData("keep", false)]
    [InlineData("keep:60s", false)]
    public void Client_that_leaves_a_job_without_a_terminal_has_disconnected(string option, bool ends)
    {
        DisconnectVerdict decision = Decide(option, ErrorCode.Detached, hasTerminal: false);
        Assert.False(decision.KeepsRunning);
        Assert.Equal(ends ? Outcome.KilledByPolicy : null, decision.Cause?.Kind);
    }

    [Theory]
    [InlineData(ErrorCode.TakenOver)]
    [InlineData(ErrorCode.Gone)]
    public void Job_goes_on_when_it_is_taken_over_or_its_output_is_gone(string code) => Assert.Equal(default, Decide("kill", code));

    [Fact]
    public void Failure_of_the_channel_ends_the_job_and_is_the_reason()
    {
        EndCause? cause = Decide("keep", ErrorCode.BadRequest).Cause;
        Assert.Equal((Outcome.KilledByPolicy, "its channel failed: text"), (cause?.Kind, cause?.Reason));
    }

    [Theory]
    [InlineData("kill", false, false, 0.0)]
    [InlineData("keep:200ms", false, false, 0.2)]
    [InlineData("keep:2m", false, false, 120.0)]
    [InlineData("keep", false, false, null)]
    [InlineData("kill", false, true, 60.0)]
    [InlineData("keep:200ms", false, true, 60.0)]
    [InlineData("keep:2m", false, true, 120.0)]
    [InlineData("keep", false, true, null)]
    [InlineData("kill", true, false, null)]
    [InlineData("kill", true, true, null)]
    public void Job_waits_for_a_client_and_its_result_at_least_a_minute(string option, bool isKept, bool isOver, double? seconds)
        => Assert.Equal(seconds, new DisconnectPolicy(option).TimeWithoutClient(isKept, isOver)?.TotalSeconds);

    [Fact]
    public void Reason_names_the_option_when_no_client_came_back()
        => Assert.Equal("on-disconnect keep:200ms: no client came back in time", new DisconnectPolicy("keep:200ms").TimeIsUp.Reason);

    private static DisconnectVerdict Decide(string option, string code, bool leavesRunning = false, bool hasTerminal = true)
        => new DisconnectPolicy(option).WhenClientLeaves(new(code, "text"), hasTerminal, leavesRunning);
}
