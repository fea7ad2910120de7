using System.Diagnostics;
using System.IO.Pipes;
using System.Threading.Channels;
using RemoteShell.Client;

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
            OursAsync,
            TheirsAsync,
            "");
    }

    private async Task<double> OursAsync()
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
        RemoteJob bulk = await client.StartAsync(RemoteCommand.Shell(Bulk), new(), stop.Token);
        double beside = await MedianAsync(keys, shown.NextAsync);
        await stop.CancelAsync();
        foreach (RemoteJob job in (RemoteJob[])[terminal, bulk])
            await ((Task)job.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return beside / idle;
    }

    private async Task<double> TheirsAsync()
    {
        string master = Path.Combine(folder, "keys");
        await Shell.TimeAsync("ssh", [.. ssh.Cold, "-M", "-S", master, "-o", "ControlPersist=yes", "-fN", "bench"]);
        string[] options = [.. ssh.Cold, "-S", master];
        using Process terminal = Shell.Start("ssh", [.. options, "-tt", "bench", Answering]);
        var answer = new byte[64];
        Stream shown = terminal.StandardOutput.BaseStream, keys = terminal.StandardInput.BaseStream;
        await NextAsync();
        double idle = await MedianAsync(keys, NextAsync);
        using Process bulk = Shell.Start("ssh", [.. options, "bench", Bulk]);
        Task reading = bulk.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        double beside = await MedianAsync(keys, NextAsync);
        foreach (Process process in (Process[])[terminal, bulk])
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await reading;
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
