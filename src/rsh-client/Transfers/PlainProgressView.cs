using RemoteShell.Cli.Client.Output;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>A line every ten seconds, for a log or a terminal that cannot redraw a line.</summary>
internal sealed class PlainProgressView : ProgressView
{
    public override TimeSpan First => TimeSpan.FromSeconds(10);

    public override TimeSpan Interval => TimeSpan.FromSeconds(10);

    public override void Show(TransferProgress progress, double rate) => UserMessages.Say(ProgressText.Plain(progress, rate).TrimStart());

    public override void Clear()
    {
        // A line stays.
    }
}
