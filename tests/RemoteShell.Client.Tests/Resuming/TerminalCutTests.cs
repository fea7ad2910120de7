using System.Text;

namespace RemoteShell.Client.Tests.Resuming;

/// <summary>P3 on a terminal: what is shown and what is typed passes once, over any number of cuts and of clients.</summary>
public class TerminalCutTests
{
    private static readonly TerminalSettings Size = new("xterm", 80, 24);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Many_cuts_lose_and_double_nothing_that_is_shown_or_typed(int seed)
    {
        if (!OperatingSystem.IsLinux())
            return;
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
        RemoteCommand command = RemoteCommand.Shell($"stty raw -echo; echo once >> {server["times"]}; printf R; cat {server["data"]} & head -c {typed.Length} > {server["in"]}; wait; exit 5") with { Terminal = Size };
        CommandResult result = await client.RunAsync(command, new() { Output = screen, Input = screen.Behind(typed) }).Within(TimeSpan.FromSeconds(60));
        Assert.Equal((CommandOutcome.Exited, 5), (result.Outcome, result.ExitCode));
        Assert.Equal([(byte)'R', .. shown], screen.Shown);
        Assert.Equal(typed, await File.ReadAllBytesAsync(server["in"]));
        Assert.Equal("once\n", await File.ReadAllTextAsync(server["times"]));
    }

    [Fact]
    public async Task Each_client_that_takes_over_sees_all_from_where_it_begins_once()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var server = new PlainServer();
        await using RemoteShellClient first = await server.ConnectAsync(_ => null);
        var screens = new List<Gate> { new() };
        var begins = new List<long> { 0 };
        // Each line is eight bytes, so that a line tells where it stands.
        RemoteJob job = await first.StartAsync(RemoteCommand.Shell($"stty raw -echo; i=0; while ! [ -e {server["go"]} ]; do i=$((i + 1)); printf '%07d\n' $i; done; printf END; exit 6") with { Terminal = Size }, new() { Output = screens[0] }).Within();
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
            string expected = string.Concat(Enumerable.Range(0, (shown.Length / 8) + 1).Select(line => $"{(begin / 8) + line + 1:0000000}\n"));
            Assert.Equal(expected[..shown.Length], shown);
        }
    }

    [Fact]
    public async Task A_job_that_ends_with_its_client_does_not_end_between_two_of_them()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var server = new PlainServer();
        await using RemoteShellClient client = await server.ConnectAsync(_ => null);
        RemoteCommand command = RemoteCommand.Shell($"while ! [ -e {server["go"]} ]; do sleep 0.01; done; exit 6") with { Terminal = Size, OnDisconnect = DisconnectPolicy.Kill };
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
    public async Task Who_takes_over_types_behind_what_was_typed_before()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var server = new PlainServer();
        await using RemoteShellClient client = await server.ConnectAsync(_ => null);
        var screen = new Gate();
        RemoteJob job = await client.StartAsync(RemoteCommand.Shell("stty raw -echo; printf R; dd bs=1 count=9 status=none") with { Terminal = Size }, new() { Output = screen, Input = screen.Behind("one"u8.ToArray()) }).Within();
        await screen.SeesAsync("one");
        foreach (string typed in (string[])["two", "six"])
        {
            var next = new Gate();
            RemoteJob taken = await client.TakeOverAsync(job.Id, Size, new() { Output = next, Input = next.Behind(Encoding.ASCII.GetBytes(typed)) }).Within();
            await next.SeesAsync(typed);
            if (typed == "six")
                Assert.Equal("Ronetwosix", Encoding.ASCII.GetString(next.Shown));
            if (typed == "six")
                Assert.Equal(0, (await taken.Completion.Within()).ExitCode);
        }
    }

    // A screen, and keys that are typed once something is on it. Then nothing more is typed, and the keyboard stays.
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
