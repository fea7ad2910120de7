using System.Text;

namespace RemoteShell.Client.Tests.Resuming;

/// <summary>P3 on a terminal: output and input pass once, over any number of cuts and clients.</summary>
public class TerminalCutTests
{
    private static readonly TerminalSettings Size = new("xterm", 80, 24);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Terminal_loses_and_repeats_nothing_over_many_cuts(int seed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server starts terminal jobs through pidfds");
        await using var server = new PlainServer();
        byte[] typed = new byte[1 << 20], shown = new byte[4 << 20];
        new Random(seed).NextBytes(typed);
        new Random(seed + 1).NextBytes(shown);
        await File.WriteAllBytesAsync(server["data"], shown);
        var random = new Random(seed + 2);
        await using RemoteShellClient client = await server.ConnectAsync(dialled => dialled >= 25
            ? null
            : random.Next(2) == 0 ? new() { CutAfterRead = random.Next(1, 800_000) } : new() { CutAfterWritten = random.Next(1, 200_000) });
        var screen = new Gate();
        string preparing = $"stty raw -echo; echo once >> {server["times"]}; printf R";
        string copying = $"cat {server["data"]} & head -c {typed.Length} > {server["in"]}";
        RemoteCommand command = RemoteCommand.Shell($"{preparing}; {copying}; wait; exit 5") with { Terminal = Size };
        var streams = new CommandStreams { Output = screen, Input = screen.Behind(typed) };
        CommandResult result = await client.RunAsync(command, streams).Within(TimeSpan.FromSeconds(60));
        Assert.Equal((CommandOutcome.Exited, 5), (result.Outcome, result.ExitCode));
        Assert.Equal([(byte)'R', .. shown], screen.Shown);
        Assert.Equal(typed, await File.ReadAllBytesAsync(server["in"]));
        Assert.Equal("once\n", await File.ReadAllTextAsync(server["times"]));
    }

    [Fact]
    public async Task Client_that_takes_over_sees_each_byte_from_its_start_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server starts terminal jobs through pidfds");
        await using var server = new PlainServer();
        await using RemoteShellClient first = await server.ConnectAsync(_ => null);
        var screens = new List<Gate> { new() };
        var begins = new List<long> { 0 };
        // Each line has eight bytes, so its number gives its offset.
        string counting = $"i=0; while ! [ -e {server["go"]} ]; do i=$((i + 1)); printf '%07d\n' $i; done";
        RemoteCommand command = RemoteCommand.Shell($"stty raw -echo; {counting}; printf END; exit 6") with { Terminal = Size };
        RemoteJob job = await first.StartAsync(command, new() { Output = screens[0] }).Within();
        var all = new List<RemoteJob> { job };
        for (int i = 0; i < 8; i++)
        {
            await screens[^1].SeesAsync("0");
            var screen = new Gate();
            RemoteJob next = await first.TakeOverAsync(job.Id, Size, new() { Output = screen, Input = new NeverEnding() }).Within();
            Assert.True(next.HasTerminal);
            await Assert.ThrowsAsync<TakenOverException>(() => all[^1].Completion).Within();
            all.Add(next);
            screens.Add(screen);
            begins.Add(next.Begins[OutputStream.StandardOutput]);
        }

        await File.WriteAllTextAsync(server["go"], "");
        Assert.Equal(6, (await all[^1].Completion.Within()).ExitCode);
        Assert.EndsWith("END", Encoding.ASCII.GetString(screens[^1].Shown));
        foreach ((long begin, Gate screen) in begins.Zip(screens))
        {
            string shown = Encoding.ASCII.GetString(screen.Shown).Replace("END", "");
            Assert.Equal(0, begin % 8);
            IEnumerable<int> lines = Enumerable.Range(0, (shown.Length / 8) + 1);
            string expected = string.Concat(lines.Select(line => $"{(begin / 8) + line + 1:0000000}\n"));
            Assert.Equal(expected[..shown.Length], shown);
        }
    }

    [Fact]
    public async Task Job_that_ends_with_its_client_survives_a_takeover()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server starts terminal jobs through pidfds");
        await using var server = new PlainServer();
        await using RemoteShellClient client = await server.ConnectAsync(_ => null);
        RemoteCommand command = RemoteCommand.Shell($"while ! [ -e {server["go"]} ]; do sleep 0.01; done; exit 6") with
        {
            Terminal = Size,
            OnDisconnect = DisconnectPolicy.Kill,
        };
        RemoteJob job = await client.StartAsync(command, new()).Within();
        for (int i = 0; i < 200; i++)
        {
            RemoteJob next = await client.TakeOverAsync(job.Id, Size, new() { Input = new NeverEnding() }).Within();
            await Assert.ThrowsAsync<TakenOverException>(() => job.Completion).Within();
            job = next;
        }

        await File.WriteAllTextAsync(server["go"], "");
        Assert.Equal((CommandOutcome.Exited, 6), await job.Completion.Within() is var result ? (result.Outcome, result.ExitCode) : default);
    }

    [Fact]
    public async Task Input_after_a_takeover_follows_the_earlier_input()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server starts terminal jobs through pidfds");
        await using var server = new PlainServer();
        await using RemoteShellClient client = await server.ConnectAsync(_ => null);
        var screen = new Gate();
        RemoteCommand command = RemoteCommand.Shell("stty raw -echo; printf R; dd bs=1 count=9 status=none") with { Terminal = Size };
        var streams = new CommandStreams { Output = screen, Input = screen.Behind("one"u8.ToArray()) };
        RemoteJob job = await client.StartAsync(command, streams).Within();
        await screen.SeesAsync("one");
        foreach (string typed in (string[])["two", "six"])
        {
            var next = new Gate();
            var nextStreams = new CommandStreams { Output = next, Input = next.Behind(Encoding.ASCII.GetBytes(typed)) };
            RemoteJob taken = await client.TakeOverAsync(job.Id, Size, nextStreams).Within();
            await next.SeesAsync(typed);
            if (typed == "six")
                Assert.Equal("Ronetwosix", Encoding.ASCII.GetString(next.Shown));
            if (typed == "six")
                Assert.Equal(0, (await taken.Completion.Within()).ExitCode);
        }
    }

    // A screen with a keyboard. The keys are typed when the screen shows R; then the input stays open without more keys.
    private sealed class Gate : MemoryStream
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Shown
        {
            get
            {
                lock (_lock)
                    return ToArray();
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_lock)
            {
                Write(buffer.Span);
                _more.TrySetResult();
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return ValueTask.CompletedTask;
        }

        public async Task SeesAsync(string text)
        {
            while (true)
            {
                Task more;
                lock (_lock)
                {
                    if (Encoding.ASCII.GetString(ToArray()).Contains(text, StringComparison.Ordinal))
                        return;
                    more = _more.Task;
                }

                await more.Within();
            }
        }

        public Stream Behind(byte[] typed) => new Keys(this, typed);
    }

    private sealed class Keys(Gate screen, byte[] typed) : TestStream
    {
        private int _at;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_at == 0)
                await screen.SeesAsync("R");
            if (_at == typed.Length)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            int count = Math.Min(buffer.Length, typed.Length - _at);
            typed.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
