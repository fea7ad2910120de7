using System.Text;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Transfers;
using RemoteShell.Client;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Names the files of one of several hosts: with <c>-n</c> on standard output, with <c>-v</c> on standard error.</summary>
/// <remarks>The transfer calls it one call at a time. A slow reader slows the transfer down.</remarks>
/// <param name="output">What the user sees.</param>
/// <param name="host">The host.</param>
/// <param name="screen">Where it is shown.</param>
internal sealed class HostTransferReport(TransferOutput output, string host, FleetScreen screen) : IProgress<TransferProgress>
{
    /// <summary>Tells what could not be set.</summary>
    public void Finish(TransferResult result)
    {
        foreach (string line in output.IsQuiet ? [] : UnsetText.LinesOf(result))
            screen.SayMore($"rsh-client: {host}: {line}");
    }

    public void Report(TransferProgress value)
    {
        if (value.Finished is not { } item || output.IsJson)
            return;
        string path = item.Path.Length == 0 ? "." : item.Path, reason = item.Outcome == TransferOutcome.WouldSet ? $" ({item.Reason})" : "";
        string line = UserMessages.Line($"{host}: {TransfersReport.WordOf(item.Outcome)} {path}{reason}");
        bool isPlanned = item.Outcome is TransferOutcome.WouldTransfer or TransferOutcome.WouldSet or TransferOutcome.WouldDelete;
        if (output.ListsPlan && isPlanned)
            screen.WriteAsync(OutputStream.StandardOutput, Encoding.UTF8.GetBytes($"{line}\n")).AsTask().GetAwaiter().GetResult();
        else if (output.NamesEach && item.Outcome is not (TransferOutcome.Failed or TransferOutcome.Skipped))
            screen.SayMore(line);
    }
}
