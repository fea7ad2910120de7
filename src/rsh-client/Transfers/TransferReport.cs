using System.Globalization;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Tells what became of each file of a transfer, and of all of them at the end.</summary>
/// <remarks>The transfer calls it one call at a time. A slow reader of standard output slows the transfer down.</remarks>
/// <param name="sources">The paths that the command line names as sources.</param>
/// <param name="output">What the user sees.</param>
/// <param name="display">Shows progress and messages.</param>
/// <param name="stop">Cancelled when the lines cannot be written.</param>
internal sealed class TransferReport(
    IReadOnlyList<string> sources, TransferOutput output, ProgressDisplay display, CancellationTokenSource stop)
    : IProgress<TransferProgress>
{
    private readonly ReasonCounter _reasons = new();
    private bool _saysContinued;

    /// <summary>The folder of the paths in the lines for <c>sha256sum -c</c>: empty, or with a slash at its end.</summary>
    public string DigestFolder { get; set; } = "";

    /// <summary>The same if the transfer goes on with a folder that an interrupted one has begun.</summary>
    public string ContinuedFolder { get; set; } = "";

    /// <summary>The message if the transfer is interrupted.</summary>
    public StoppedTransfer Stopped { get; set; } = StoppedTransfer.Files;

    /// <summary>Why the lines cannot be written; null if they can.</summary>
    public Exception? Failure { get; private set; }

    private Stream Lines => output.PrintsContent ? StandardStreams.Error : StandardStreams.Output;

    private bool IsRedirected => output.PrintsContent ? Console.IsErrorRedirected : Console.IsOutputRedirected;

    public void Report(TransferProgress value)
    {
        display.Note(value);
        if (value.ContinuesFolder && !_saysContinued && !output.IsQuiet)
        {
            _saysContinued = true;
            display.Say("going on with the folder that an interrupted transfer of this source has begun");
        }

        if (value.Finished is not { } item || Failure is not null)
            return;
        try
        {
            Take(item, value.ContinuesFolder ? ContinuedFolder : DigestFolder);
        }
        catch (Exception e) when (e is BrokenOutputException or IOException)
        {
            // The transfer must not fail in the middle of its own work.
            Failure = e;
            stop.Cancel();
        }
    }

    /// <summary>Tells the totals, and returns the exit status.</summary>
    public int Finish(TransferResult result)
    {
        if (output.IsJson)
            TransfersReport.Write(result, Lines);
        long all = result.Transferred + result.Unchanged + result.Skipped + result.Deleted + result.Failed;
        if (output.NamesEach && !output.IsQuiet)
        {
            string done = output.ListsPlan ? "would be transferred" : "transferred";
            display.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Transferred:N0} {done}, {result.Unchanged:N0} unchanged, {ByteCount.Text(result.Bytes)} in ")
                + string.Create(CultureInfo.InvariantCulture, $"{result.Duration.TotalSeconds:0.0} s"));
        }

        foreach (string line in output.IsQuiet ? [] : UnsetText.LinesOf(result))
            display.Say(line);

        bool isNothing = result is { Skipped: > 0, Transferred: 0, Unchanged: 0, Deleted: 0, Failed: 0 };
        if (isNothing)
            display.Say("nothing was transferred");
        if (result.Failed == 0)
            return isNothing ? ExitStatus.Failed : 0;
        display.Say($"{result.Failed} of {all} failed: {_reasons}");
        return ExitStatus.Failed;
    }

    /// <summary>Tells that the transfer as a whole cannot be made, and returns the exit status.</summary>
    public int Refuse(RemoteShellException refusal)
    {
        UserMessages.Fail(ExitStatus.Failed, refusal.Message, refusal.Hint);
        // It failed in the middle: what became of the others is not known.
        if (display.Now.Done > 0)
            return ExitStatus.Failed;
        if (output.IsJson)
        {
            foreach (string source in sources)
                TransfersReport.Write(FailedSource(source, refusal.Message), Lines);
            TransfersReport.Write(new TransferResult { Failed = sources.Count }, Lines);
        }

        // A file that is printed is the only one, and the reason stands above.
        if (!output.PrintsContent)
            display.Say($"{sources.Count} of {sources.Count} failed: {ReasonOf(refusal)}");
        return ExitStatus.Failed;
    }

    /// <summary>Tells that the user has stopped the transfer, and how it goes on.</summary>
    public void SayInterrupted()
    {
        string part = display.Now.Current is { } path ? $", and so does the part of '{path}' that has arrived" : "";
        display.Say($"interrupted; {Stopped.State ?? $"what is whole stays{part}; the same command again goes on"}");
        display.Dispose();
    }

    // The target itself has no path below it; its reasons are whole sentences.
    private static string Prefix(TransferItem item) => item.Path.Length == 0 ? "" : $"{item.Path}: ";

    // Without the path, which the line before has.
    private static string ReasonOf(RemoteShellException refusal)
    {
        string? usual = refusal is FileRequestException file ? FileException.ReasonOf(file.Fault) : null;
        return usual is not null && refusal.Message.EndsWith($": {usual}", StringComparison.Ordinal) ? usual : refusal.Message;
    }

    private static TransferItem FailedSource(string source, string reason) => new()
    {
        Path = EscapedBytes.Of(RawWords.ToBytes(source)),
        Outcome = TransferOutcome.Failed,
        Reason = reason,
    };

    private static string NameOf(TransferItem item) => item.Path.Length == 0 ? "." : item.Path;

    private void Take(TransferItem item, string folder)
    {
        string reason = item.Reason ?? "no reason was given";
        if (item.Outcome == TransferOutcome.Failed)
        {
            _reasons.Add(reason);
            display.Say($"{Prefix(item)}{reason}");
        }
        else if (item.Outcome == TransferOutcome.Skipped && !output.IsQuiet)
        {
            display.Say($"{Prefix(item)}skipped: {reason}");
        }

        if (!output.IsQuiet)
            Name(item);
        if (output.IsJson)
            TransfersReport.Write(item, Lines);
        else if (output.ListsPlan)
            WritePlan(item);
        else if (output.ListsDigests)
            WriteDigest(item, folder);
    }

    private void Name(TransferItem item)
    {
        if (item is { Kept: > 0, Outcome: TransferOutcome.Transferred })
            display.Say($"{item.Path}: resumed at byte {item.Kept}");
        else if (item is { Reason: { } note, Outcome: TransferOutcome.Transferred })
            display.Say($"{item.Path}: {note}");
        bool isListed = output is { ListsPlan: true, IsJson: false }
            && item.Outcome is TransferOutcome.WouldTransfer or TransferOutcome.WouldSet or TransferOutcome.WouldDelete;
        if (output.NamesEach && !isListed && item.Outcome is not (TransferOutcome.Failed or TransferOutcome.Skipped))
            display.Between(() => UserMessages.Announce(UserMessages.Line($"{TransfersReport.WordOf(item.Outcome)} {NameOf(item)}")));
    }

    private void WritePlan(TransferItem item)
    {
        if (item.Outcome is TransferOutcome.WouldTransfer)
            Write($"would transfer {NameOf(item)}");
        else if (item.Outcome is TransferOutcome.WouldSet)
            Write($"would set {item.Reason} of {NameOf(item)}");
        else if (item.Outcome is TransferOutcome.WouldDelete)
            Write($"would delete {item.Path}");
    }

    private void WriteDigest(TransferItem item, string folder)
    {
        if (DigestLine.Of(item.Digest, folder, item.Path) is not { } line)
            return;
        if (IsRedirected)
            Lines.Write(line);
        else
            Write(DigestLine.Shown(line));
    }

    // Standard output may be the same terminal as standard error.
    private void Write(string line)
    {
        TextWriter writer = output.PrintsContent ? StandardText.Error : StandardText.Output;
        display.Between(() => writer.WriteLine(UserMessages.Line(line)));
    }
}
