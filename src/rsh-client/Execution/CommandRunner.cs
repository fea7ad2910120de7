using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Execution;

/// <summary>Runs a command without a terminal, attached to this client.</summary>
internal static class CommandRunner
{
    /// <summary>Runs the command until it ends. The first Ctrl+C sends it SIGINT, the second one cancels it.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="command">The command.</param>
    /// <param name="streams">Its input and output, in UTF-8.</param>
    /// <param name="interrupts">The signals of this process.</param>
    /// <param name="text">The encoding of the remote text; null for UTF-8.</param>
    /// <param name="hangUp">The command gets SIGHUP when this completes; null: never.</param>
    public static async Task<CommandResult> RunAsync(
        RemoteShellClient client,
        RemoteCommand command,
        CommandStreams streams,
        Interrupts interrupts,
        RemoteText? text = null,
        Task? hangUp = null)
    {
        var encoded = new EncodedStreams(streams, text);
        command = command.WithJobId(JobId.New());
        // The first Ctrl+C may come before the server has answered; then the signal follows the start.
        var started = new TaskCompletionSource<RemoteJob>(TaskCreationOptions.RunContinuationsAsynchronously);
        interrupts.PassTo(() =>
        {
            if (!client.IsConnected)
                UserMessages.Say("not connected; the command gets the interrupt after the reconnect; press Ctrl+C again to give up");
            Send("INT");
        });
        _ = hangUp?.ContinueWith(_ => Send("HUP"), TaskScheduler.Default);
        try
        {
            RemoteJob job = await client.StartAsync(command, encoded.Streams, interrupts.Cancelled);
            started.SetResult(job);
            CommandResult result = await job.Completion;
            encoded.Finish();
            return result;
        }
        catch (OperationCanceledException) when (!client.IsConnected)
        {
            UserMessages.Say(
                $"not connected, so the job {command.JobId} was not ended; its on-disconnect policy applies: {command.OnDisconnect}");
            throw;
        }
        finally
        {
            interrupts.PassTo(null);
        }

        void Send(string signal)
            => started.Task.ContinueWith(start => start.Result.Signal(signal), TaskContinuationOptions.OnlyOnRanToCompletion);
    }
}
