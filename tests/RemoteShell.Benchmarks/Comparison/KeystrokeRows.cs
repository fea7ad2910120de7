using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Threading.Channels;
using RemoteShell.Client;
using RemoteShell.Client.Forwarding;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Time from a keystroke on a terminal to the program's answer, beside a bulk stream and without one.</summary>
internal sealed class KeystrokeRows(OwnServer own, OpenSsh ssh, string folder)
{
    private const int Keys = 200;
    private const string Answering = "stty raw -echo; printf R; exec cat";
    private const string Bulk = "cat /dev/zero";

    public IEnumerable<Row> All()
    {
        yield return new(
            "a keystroke on a terminal beside a bulk stream on one connection, against the same without it",
            "times",
            () => OursAsync(BulkCommandAsync),
            () => TheirsAsync(BulkCommandOfSshAsync),
            "");
        yield return new(
            "a keystroke on a terminal beside a bulk stream in a forwarded connection, against the same without it",
            "times",
            () => OursAsync(BulkForwardAsync),
            () => TheirsAsync(BulkForwardOfSshAsync),
            "");
    }

    // A bulk runs until its token is cancelled, and then ends without an exception.
    private async Task<double> OursAsync(Func<RemoteShellClient, CancellationToken, Task> bulk)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own.Options);
        await using var keys = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var typed = new AnonymousPipeClientStream(PipeDirection.In, keys.ClientSafePipeHandle);
        await using var shown = new Shown();
        using var stop = new CancellationTokenSource();
        RemoteCommand answering = RemoteCommand.Shell(Answering) with { Terminal = new TerminalSettings("xterm", 80, 24) };
        RemoteJob terminal = await client.StartAsync(answering, new() { Input = typed, Output = shown }, stop.Token);
        await shown.NextAsync();
        double idle = await MedianAsync(keys, shown.NextAsync);
        Task running = bulk(client, stop.Token);
        double beside = await MedianAsync(keys, shown.NextAsync);
        await stop.CancelAsync();
        await running;
        await ((Task)terminal.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return beside / idle;
    }

    private static async Task BulkCommandAsync(RemoteShellClient client, CancellationToken stop)
    {
        RemoteJob bulk = await client.StartAsync(RemoteCommand.Shell(Bulk), new(), stop);
        await ((Task)bulk.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task BulkForwardAsync(RemoteShellClient client, CancellationToken stop)
    {
        using var source = new EndlessSource();
        await using LocalForwarder forwarder = LocalForwarder.Start(
            client, new IPEndPoint(IPAddress.Loopback, 0), ForwardTarget.Tcp("127.0.0.1", source.Port), new());
        await EndlessSource.DrainAsync(((IPEndPoint)forwarder.Address).Port, stop);
    }

    private static async Task BulkCommandOfSshAsync(string[] options, CancellationToken stop)
    {
        using Process bulk = Shell.Start("ssh", [.. options, "bench", Bulk]);
        Task reading = bulk.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bulk.Kill();
        await bulk.WaitForExitAsync(CancellationToken.None);
        await reading;
    }

    private static async Task BulkForwardOfSshAsync(string[] options, CancellationToken stop)
    {
        using var source = new EndlessSource();
        int port = EndlessSource.FreePort();
        await Shell.LineAsync($"ssh {string.Join(' ', options)} -O forward -L {port}:127.0.0.1:{source.Port} bench");
        await EndlessSource.DrainAsync(port, stop);
    }

    private async Task<double> TheirsAsync(Func<string[], CancellationToken, Task> bulk)
    {
        string master = Path.Combine(folder, "keys");
        await Shell.TimeAsync("ssh", [.. ssh.Cold, "-M", "-S", master, "-o", "ControlPersist=yes", "-fN", "bench"]);
        string[] options = [.. ssh.Cold, "-S", master];
        using Process terminal = Shell.Start("ssh", [.. options, "-tt", "bench", Answering]);
        var answer = new byte[64];
        Stream shown = terminal.StandardOutput.BaseStream, keys = terminal.StandardInput.BaseStream;
        await NextAsync();
        double idle = await MedianAsync(keys, NextAsync);
        using var stop = new CancellationTokenSource();
        Task running = bulk(options, stop.Token);
        double beside = await MedianAsync(keys, NextAsync);
        await stop.CancelAsync();
        await running;
        terminal.Kill();
        await terminal.WaitForExitAsync();
        await Shell.LineAsync($"ssh {string.Join(' ', options)} -O exit bench 2>&1 || true");
        return beside / idle;

        async Task NextAsync() => await shown.ReadAtLeastAsync(answer.AsMemory(0, 1), 1);
    }

    private static async Task<double> MedianAsync(Stream keys, Func<Task> answered)
    {
        byte[] key = [(byte)'k'];
        var figures = new List<double>();
        for (int i = 0; i < Keys; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await keys.WriteAsync(key);
            await keys.FlushAsync();
            await answered();
            figures.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Measured.Median(figures);
    }

    // Signals each byte that is shown.
    private sealed class Shown : MemoryStream
    {
        private readonly Channel<bool> _bytes = Channel.CreateUnbounded<bool>();

        public async Task NextAsync() => await _bytes.Reader.ReadAsync();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < buffer.Length; i++)
                _bytes.Writer.TryWrite(true);
            return ValueTask.CompletedTask;
        }
    }
}
