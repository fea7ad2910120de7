using RemoteShell.Files.Transfers;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Passes each step of a transfer to a test, at once and on the thread of the transfer.</summary>
internal sealed class ProgressWatcher(Action<TransferProgress> report) : IProgress<TransferProgress>
{
    public void Report(TransferProgress value) => report(value);
}
