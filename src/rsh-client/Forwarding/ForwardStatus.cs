using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Forwarding;

/// <summary>Shows what is forwarded: a line at the bottom of a terminal, and messages above it.</summary>
/// <param name="host">The server, as the user named it.</param>
/// <param name="traffic">What has been carried.</param>
internal sealed class ForwardStatus(string host, ForwardTraffic traffic)
{
    private const string ClearLine = "\r\u001b[K";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly bool _canRedraw =
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private readonly Lock _gate = new();

    // Guarded by _gate: the line that is shown.
    private string _shown = "";

    /// <summary>Shows a message above the line.</summary>
    public void Say(string text)
    {
        lock (_gate)
        {
            Clear();
            UserMessages.Say(text);
        }
    }

    /// <summary>Shows the line until the token is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The token is cancelled.</exception>
    public async Task ShowAsync(RemoteShellClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval);
            do
            {
                if (_canRedraw)
                    Show(Line(client));
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        finally
        {
            lock (_gate)
                Clear();
        }
    }

    private string Line(RemoteShellClient client)
    {
        string state = client.IsConnected ? $"connected to {host}" : $"no connection to {host}";
        return $"{state}: {traffic.Open} connections now, {traffic.Total} in all; {ByteCount.Text(traffic.Sent)} sent, "
            + $"{ByteCount.Text(traffic.Received)} received (Ctrl+C ends)";
    }

    private void Show(string line)
    {
        lock (_gate)
        {
            // The last column stays empty: some terminals wrap there.
            string cut = WrappedText.Lines(line, LocalTerminal.Describe().Columns - 1, 1)[0];
            if (cut == _shown)
                return;
            StandardText.Error.Write($"{ClearLine}{cut}");
            _shown = cut;
        }
    }

    private void Clear()
    {
        if (_shown.Length > 0)
            StandardText.Error.Write(ClearLine);
        _shown = "";
    }
}
