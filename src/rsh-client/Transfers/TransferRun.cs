using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Files.Transfers;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>A transfer of the command line: its connections, its messages, and how Ctrl+C ends it.</summary>
internal sealed class TransferRun : IAsyncDisposable
{
    private readonly ParseResult _parsed;
    private readonly ProgressDisplay _display;
    private readonly TransferReport _report;
    private readonly CancellationTokenSource _stop;
    private readonly List<RemoteShellClient> _clients = [];

    private TransferRun(
        ParseResult parsed,
        IReadOnlyList<string> sources,
        TransferOutput output,
        ProgressDisplay display,
        CancellationTokenSource stop)
    {
        (_parsed, Output, _display, _stop) = (parsed, output, display, stop);
        _report = new(sources, Output, display, stop);
    }

    /// <summary>What the user sees.</summary>
    public TransferOutput Output { get; }

    /// <summary>Receives each step.</summary>
    public IProgress<TransferProgress> Progress => _report;

    /// <summary>Cancelled by Ctrl+C, and when standard output cannot be written.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Runs a transfer, and returns the exit status.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="sources">The paths that it names as sources.</param>
    /// <param name="transfer">The transfer itself.</param>
    public static Task<int> RunAsync(
        ParseResult parsed, IReadOnlyList<string> sources, Func<TransferRun, Task<TransferResult>> transfer)
        => RunAsync(parsed, sources, TransferFlags.Output(parsed), transfer);

    /// <summary>Runs a transfer of which the user sees something else, and returns the exit status.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="sources">The paths that it names as sources.</param>
    /// <param name="output">What the user sees.</param>
    /// <param name="transfer">The transfer itself.</param>
    public static async Task<int> RunAsync(
        ParseResult parsed, IReadOnlyList<string> sources, TransferOutput output, Func<TransferRun, Task<TransferResult>> transfer)
    {
        using var interrupts = new Interrupts();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Cancelled);
        using var display = ProgressDisplay.Create(output);
        await using var run = new TransferRun(parsed, sources, output, display, stop);
        // At once: the transfer may still wait for a server that does not answer.
        await using CancellationTokenRegistration told = interrupts.Cancelled.UnsafeRegister(_ => run._report.SayInterrupted(), null);
        try
        {
            TransferResult result = await transfer(run);
            display.Dispose();
            return run._report.Finish(result);
        }
        catch (Exception e) when (interrupts.Cancelled.IsCancellationRequested && e is OperationCanceledException or RemoteShellException)
        {
            return Interrupts.CancelledStatus;
        }
        catch (RequestRefusedException e) when (e.Code == ErrorCode.Gone)
        {
            display.Dispose();
            return UserMessages.Fail(ExitStatus.NoConnection, e.Message, run._report.Stopped.Hint);
        }
        catch (ConnectionLostException e) when (e.IsNetworkLoss)
        {
            display.Dispose();
            return UserMessages.Fail(ExitStatus.NoConnection, e.Message, run._report.Stopped.Hint);
        }
        catch (RemoteShellException e) when (IsAnswer(e, output))
        {
            display.Dispose();
            return run._report.Refuse(e);
        }
        catch (OperationCanceledException) when (run._report.Failure is { } failure)
        {
            display.Dispose();
            return UserMessages.Fail(ExitStatus.OfRequest(failure), failure);
        }
    }

    /// <summary>Connects to a server. The connection ends with the transfer.</summary>
    /// <param name="host">The server, as the user named it.</param>
    /// <param name="digest">The algorithm for a file that is printed.</param>
    public async Task<RemoteShellClient> ConnectAsync(string host, DigestAlgorithm digest = DigestAlgorithm.Crc32C)
    {
        Action<string> noticed = Output.IsQuiet ? _ => { } : _display.Say;
        ClientOptions options = HostOptions.Options(_parsed, host, noticed) with
        {
            FileDigest = digest,
            Lost = reason => _display.Say($"lost the connection to {host}, reconnecting: {reason}"),
        };
        RemoteShellClient client = await HostOptions.ConnectAsync(options, Stopped);
        _clients.Add(client);
        return client;
    }

    /// <summary>Sets the message for an interrupted transfer.</summary>
    public void NoteStopped(StoppedTransfer stopped) => _report.Stopped = stopped;

    /// <summary>Names the folder at a server in which the paths of the digests are.</summary>
    public async Task NameDigestsAsync(RemoteShellClient client, string target, IReadOnlyList<string> sources, TransferOptions options)
    {
        if (!Output.ListsDigests || Output.IsJson)
            return;
        _report.ContinuedFolder = DigestFolder.Of(target.TrimEnd('/'), isInto: false);
        if (DigestFolder.IsNamed(target) && !await IsFolderAsync(client, target))
            target = target.TrimEnd('/');
        bool isInto = DigestFolder.IsItself(target) || (!IsOnto(sources, options) && await IsFolderAsync(client, target));
        _report.DigestFolder = DigestFolder.Of(target, isInto);
    }

    /// <summary>Names the local folder in which the paths of the digests are.</summary>
    public void NameDigests(string target, IReadOnlyList<string> sources, TransferOptions options)
    {
        _report.ContinuedFolder = DigestFolder.Of(target.TrimEnd('/'), isInto: false);
        if (DigestFolder.IsNamed(target) && !Directory.Exists(target))
            target = target.TrimEnd('/');
        bool isInto = DigestFolder.IsItself(target) || (!IsOnto(sources, options) && Directory.Exists(target));
        _report.DigestFolder = DigestFolder.Of(target, isInto);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RemoteShellClient client in _clients)
            await client.DisposeAsync();
    }

    // A file is printed by its path alone, so a folder there is no fault of the command line.
    private static bool IsAnswer(RemoteShellException failure, TransferOutput output)
        => ExitStatus.OfRequest(failure) == ExitStatus.Failed || (output.PrintsContent && failure is RequestRefusedException);

    private static bool IsOnto(IReadOnlyList<string> sources, TransferOptions options)
        => options.OntoTarget || DigestFolder.IsContent(sources);

    private async Task<bool> IsFolderAsync(RemoteShellClient client, string target)
    {
        try
        {
            await client.StatAsync($"{target}/.", Stopped);
            return true;
        }
        catch (FileRequestException)
        {
            return false;
        }
    }
}
