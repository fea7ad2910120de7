using System.ComponentModel;
using System.Diagnostics;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>A running <c>rsh-broker</c>, whose standard streams are pipes. Disposing it ends it.</summary>
internal sealed class BrokerCall : IAsyncDisposable
{
    // It ends by itself when its input ends.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Before each new start of a program that has failed.</summary>
    public static readonly IReadOnlyList<TimeSpan> Pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    private readonly Process _process;
    private readonly Task<string> _error;

    private BrokerCall(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Starts the program.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="RemoteShellException">It is not installed.</exception>
    public static BrokerCall Start(params IEnumerable<string> arguments)
    {
        string program = BrokerProgram.Location;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new RemoteShellException($"{program} cannot be started: {e.Message}", e)
            {
                Hint = "install rsh-broker beside rsh-client, or into a folder of PATH",
            };
        }
    }

    /// <summary>The failure of a program that prints what this one cannot read.</summary>
    public static RemoteShellException OtherVersion(Exception cause)
        => new($"rsh-broker prints another form than expected: {cause.Message}", cause)
        {
            Hint = "install rsh-broker and rsh-client of the same version",
        };

    /// <summary>Closes its input, and waits until it has ended with success.</summary>
    /// <exception cref="RemoteShellException">It has failed; the message is what it says.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            Input.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
            throw await FailureAsync(cancellationToken);
    }

    /// <summary>What it has said about its failure.</summary>
    public async Task<RemoteShellException> FailureAsync(CancellationToken cancellationToken)
    {
        const string Prefix = "rsh-broker: ";
        string text = await _error.WaitAsync(cancellationToken);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string first = lines.ElementAtOrDefault(0) ?? "rsh-broker has ended";
        string message = first.StartsWith(Prefix, StringComparison.Ordinal) ? first[Prefix.Length..] : first;
        return new(message) { Hint = lines.ElementAtOrDefault(1) };
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Grace);
        try
        {
            Input.Close();
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            if (!_process.HasExited)
                _process.Kill();
        }

        _process.Dispose();
    }
}
