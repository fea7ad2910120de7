namespace RemoteShell.Benchmarks.Comparison;

/// <summary>A stream over a path that loses packets, against the bare pump over the same path.</summary>
internal sealed class LossRows : IAsyncDisposable
{
    private const string Size = "256M";

    private readonly LossyLink? _link;
    private readonly OwnServer? _own;
    private readonly BarePump? _pump;

    private LossRows(string? fault) => Fault = fault;

    private LossRows(LossyLink link, OwnServer own, BarePump pump) => (_link, _own, _pump) = (link, own, pump);

    /// <summary>Why the row cannot be measured here; null: it can.</summary>
    public string? Fault { get; }

    /// <summary>Starts a server and a pump on a path that loses packets, if this machine can make one.</summary>
    public static async Task<LossRows> StartAsync(string programs, string pump, string folder)
    {
        (LossyLink? link, string? fault) = await LossyLink.StartAsync();
        if (link is null)
            return new(fault);
        string scripts = link.Wrap(programs, Path.Combine(folder, "lossy"));
        OwnServer own = await OwnServer.StartAsync(scripts, folder, "posix_spawn", "--audit", "off");
        return new(link, own, await BarePump.StartAsync(link.Wrap(pump, Path.Combine(folder, "lossy-pump"))));
    }

    /// <summary>The row.</summary>
    /// <param name="file">What is sent.</param>
    public Row Row(string file) => new(
        "one stream of 256 MiB over a path of 50 ms each way that loses 0.1 % of packets, against a bare pump", "Mbit/s",
        () => RateAsync($"exec '{_own!.Client}' run {_own.Host} 'head -c {Size} {file}' | wc -c"),
        () => RateAsync($"exec {_pump!.Fetch(file)} | head -c {Size} | wc -c"),
        Fault is null ? "≥ 0.9" : $"skipped: no netem here ({Fault})");

    public async ValueTask DisposeAsync()
    {
        if (_pump is not null)
            await _pump.DisposeAsync();
        if (_own is not null)
            await _own.DisposeAsync();
        if (_link is not null)
            await _link.DisposeAsync();
    }

    private static async Task<double> RateAsync(string line) => 8 * 268.435456 / (await Shell.LineAsync(line) / 1000);
}
