using System.Buffers;
using System.Text;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.EndToEnd;

/// <summary>The program against hostile servers. A failure prints its seed; RSH_FUZZ_SEED runs only that seed.</summary>
public sealed class RandomServerTests : IAsyncDisposable
{
    private const string Job = "0123456789abcdef";
    private const int Lanes = 2;

    private static readonly int Runs = TestSize.Of(52, 4_000);

    // The arguments, where HOST stands for the server; and the stream that standard output shows unchanged.
    private static readonly (string Arguments, string? Stream)[] Commands =
    [
        ("run HOST x", "stdout"),
        ("run --json HOST x", null),
        ("jobs --all HOST", null),
        ("jobs --all --json HOST", null),
        ("who HOST", null),
        ("who --json HOST", null),
        ("get HOST:/etc/passwd -", "file"),
        ($"logs HOST {Job}", "stdout"),
        ($"wait HOST {Job}", null),
        ($"attach HOST {Job}", null),
        ($"kill HOST {Job}", null),
        ($"rm HOST {Job}", null),
        ("notify HOST hear", null),
    ];

    private const string Separators = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    // Control characters other than tab and line feed, line separators, and characters that change the direction of text.
    private static readonly SearchValues<char> Hidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0xa0).Select(c => (char)c).Where(c => char.IsControl(c) && c is not ('\t' or '\n')), .. Separators]);

    private readonly Programs _programs = new();

    [Fact]
    public async Task Program_is_honest_and_prints_no_control_characters_with_hostile_servers()
    {
        Assert.Equal(0, (await _programs.ClientAsync("keygen")).Status);
        int[] seeds = [.. FuzzSeed.Of(0, Runs)];
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => PlayAsync(seeds.Where((_, i) => i % Lanes == lane))));
    }

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    private async Task PlayAsync(IEnumerable<int> seeds)
    {
        await using var host = new RandomHost();
        foreach (int seed in seeds)
        {
            (string arguments, string? stream) = Commands[seed % Commands.Length];
            (host.Seed, host.Last) = (seed, null);
            string[] words = [.. arguments.Replace("HOST", host.Host, StringComparison.Ordinal).Split(' ')];
            string[] flags = ["--accept-new", "--give-up", "0s", "--connect-timeout", "3s"];
            try
            {
                Output output = await _programs.ClientAsync([words[0], .. flags, .. words[1..]]);
                Check(output, stream, host.Last);
            }
            catch (Exception e)
            {
                Assert.Fail($"{FuzzSeed.Variable}={seed}, {arguments}: {e}\n{FrameText.Of(host.Last?.Frames ?? [])}");
            }
        }
    }

    private static void Check(Output output, string? stream, RandomAnswer? answer)
    {
        Assert.DoesNotContain("Unhandled", output.Error);
        Assert.DoesNotContain("\n   at ", output.Error);
        Assert.DoesNotContain("this is a bug in", output.Error);
        AssertPrintable(output.Error);
        AssertPrintable(output.Text);
        if (output.Status != 0)
            return;
        Assert.NotNull(answer);
        Assert.True(answer.ClaimsSuccess, "status 0, though the server never reported success");
        if (stream is not null)
            Assert.Equal(Encoding.UTF8.GetString(answer.Payload[stream]), output.Text);
    }

    private static void AssertPrintable(string text)
    {
        int at = text.AsSpan().IndexOfAny(Hidden);
        Assert.True(at < 0, $"U+{(at < 0 ? 0 : (int)text[at]):X4} at {at} of: {text}");
    }
}
