using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Where the progress of a transfer is shown. One caller at a time.</summary>
internal abstract class ProgressView
{
    /// <summary>How long nothing is shown at the beginning.</summary>
    public abstract TimeSpan First { get; }

    /// <summary>The time between two looks at the transfer.</summary>
    public abstract TimeSpan Interval { get; }

    /// <summary>Shows how far the transfer is.</summary>
    /// <param name="progress">How far it is.</param>
    /// <param name="rate">Bytes a second.</param>
    public abstract void Show(TransferProgress progress, double rate);

    /// <summary>Removes what is shown, so that something else can be written in its place.</summary>
    public abstract void Clear();
}
