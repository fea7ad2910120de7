using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Execution;

/// <summary>Runs a line of a conversation, attached to this client.</summary>
internal static class LineRunner
{
    /// <summary>Runs the line until it ends. Each Ctrl+C is for the line: INT, then TERM, then KILL.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="line">The text.</param>
    /// <param name="streams">Where its output goes, in UTF-8.</param>
    /// <param name="interrupts">The signals of this process.</param>
    /// <param name="text">The encoding of the remote text; null for UTF-8.</param>
    public static async Task<CommandResult> RunAsync(
        RemoteShellClient client,
        RemoteConversation conversation,
        string line,
        CommandStreams streams,
        Interrupts interrupts,
        RemoteText? text)
    {
        var shown = new EncodedStreams(streams, text);
        // Ctrl+C may come before the server has answered; then the signal follows the start.
        var started = new TaskCompletionSource<RemoteJob>(TaskCreationOptions.RunContinuationsAsynchronously);
        interrupts.PassEachTo(count =>
        {
            if (!client.IsConnected)
                UserMessages.Say("not connected; the line gets the interrupt after the reconnect");
            string signal = count switch { 1 => "INT", 2 => "TERM", _ => "KILL" };
            started.Task.ContinueWith(start => start.Result.Signal(signal), TaskContinuationOptions.OnlyOnRanToCompletion);
        });
        try
        {
            RemoteJob job = await conversation.StartLineAsync(line, shown.Streams, interrupts.Cancelled);
            started.SetResult(job);
            CommandResult result = await job.Completion;
            shown.Finish();
            conversation.Take(result);
            return result;
        }
        finally
        {
            interrupts.PassTo(null);
        }
    }
}
