using RemoteShell.Client;
using RemoteShell.Fleet.Execution;
using RemoteShell.Fleet.Verdicts;

namespace RemoteShell.Fleet;

/// <summary>Connects to a host, does something there, and turns every failure into a verdict.</summary>
/// <param name="stop">Ends the run early. What runs then is ended.</param>
public sealed class HostCaller(RunStop stop)
{
    // As timeout(1), and as a shell shows SIGINT.
    private const int TimedOut = 124, Interrupted = 130;

    /// <summary>Calls a host.</summary>
    /// <param name="target">The host.</param>
    /// <param name="connection">How to reach it.</param>
    /// <param name="work">What is done there. It must end when the token of the run is cancelled.</param>
    /// <exception cref="Exception">A fault of the program.</exception>
    public async Task<HostVerdict> CallAsync(RunTarget target, ClientOptions connection, Func<HostCall, Task<HostVerdict>> work)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(work);
        var watch = new HostWatch();
        HostVerdict verdict = await TryAsync(target, connection, work, watch).ConfigureAwait(false);
        return verdict with { Started = watch.Started, Connecting = watch.Connecting };
    }

    private async Task<HostVerdict> TryAsync(
        RunTarget target, ClientOptions connection, Func<HostCall, Task<HostVerdict>> work, HostWatch watch)
    {
        try
        {
            RemoteShellClient client = await RemoteShellClient.ConnectAsync(connection, stop.Token).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
                return await WorkAsync(client, work, watch).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return Stopped(target, watch.Stage);
        }
        catch (Exception e) when (HostFailure.Is(e))
        {
            return HostFailure.Of(target, e);
        }
    }

    private async Task<HostVerdict> WorkAsync(RemoteShellClient client, Func<HostCall, Task<HostVerdict>> work, HostWatch watch)
    {
        watch.Connected();
        try
        {
            return await work(new(client, stop.Token, watch.Started, watch.Connecting)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            watch.Left(client.IsConnected);
            throw;
        }
    }

    // The server ends the command of a request that is cancelled. Without a connection it does not know of it.
    private HostVerdict Stopped(RunTarget target, HostStage stage)
    {
        bool isDeadline = stop.Cause == StopCause.Deadline;
        string moment = stop.Cause switch
        {
            StopCause.Deadline => "at the deadline",
            StopCause.Fault => "when the client failed",
            _ => "when the run was interrupted",
        };
        HostVerdict verdict = new() { Host = target.Host, Kind = VerdictKind.Skipped, ExitStatus = HostVerdict.NoResult };
        return (stage, isDeadline) switch
        {
            (HostStage.Connecting, true) => verdict with { Kind = VerdictKind.Unreachable, Reason = $"no connection {moment}" },
            (HostStage.Connecting, false) => verdict with { Reason = $"not connected {moment}" },
            (HostStage.Cut, false) => verdict with
            {
                Kind = VerdictKind.Lost,
                Job = target.Job,
                Reason = $"not connected {moment}, so its job was not ended",
            },
            (_, true) => verdict with
            {
                Kind = VerdictKind.TimedOut,
                ExitStatus = TimedOut,
                Job = target.Job,
                Reason = stage == HostStage.Cut ? $"not connected {moment}; its job may still run" : $"still ran {moment}, and was ended",
            },
            _ => verdict with
            {
                Kind = VerdictKind.Killed,
                ExitStatus = Interrupted,
                Job = target.Job,
                Reason = stop.Cause == StopCause.Fault ? "by this client, which failed" : "by this client, which was interrupted",
            },
        };
    }
}
