using System.Net;
using RemoteShell.Testing;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Bulk transfers. Our side verifies all bytes.</summary>
/// <param name="own">The server.</param>
/// <param name="ssh">OpenSSH's.</param>
/// <param name="pump">The limit of the way below.</param>
/// <param name="folder">A folder for files.</param>
/// <param name="gibibytes">How much the streams carry.</param>
internal sealed class BulkRows(OwnServer own, OpenSsh ssh, BarePump pump, string folder, int gibibytes)
{
    private const int LongPathGibibytes = 4;

    private readonly string _file = Path.Combine(folder, "gibibyte");
    private readonly string _copy = Path.Combine(folder, "copy");

    /// <summary>A file of 1 GiB.</summary>
    public string Gibibyte => _file;

    private string Files => string.Join(' ', Enumerable.Repeat(_file, gibibytes));

    private string Ssh => $"ssh {string.Join(' ', ssh.Cold)} bench";

    private string Get => $"'{own.Client}' get -q {own.Host}:{_file} {_copy}";

    /// <summary>All rows.</summary>
    public IEnumerable<Row> All()
    {
        foreach (Row row in AgainstPump())
            yield return row;
        yield return Streaming("of stdout", OutputAsync, () => RateAsync($"exec {Ssh} 'cat {Files}' > /dev/null"), "≥ 1");
        yield return Streaming("of stdin", InputAsync, () => RateAsync($"cat {Files} | {Ssh} 'cat > /dev/null'"), "≥ 1");
        yield return Streaming("both ways", BothWaysAsync, () => RateAsync($"cat {Files} | {Ssh} cat > /dev/null"), "≥ 1");
        string options = string.Join(' ', ssh.Cold);
        yield return new(
            "a file of 1 GiB, `get` against `sftp`", "MB/s",
            () => RateAsync(Get, 1),
            () => RateAsync($"sftp -q {options} bench:{_file} {_copy} > /dev/null", 1),
            "≥ 1.3")
        { Times = 4 };
        yield return new(
            $"one stream of {LongPathGibibytes} GiB over a path of 50 ms each way (ssh: 256 MiB)", "Mbit/s",
            LongPathAsync, SshLongPathAsync, "≥ 2,400 Mbit/s");
    }

    /// <summary>The rows that compare with the bare pump.</summary>
    public IEnumerable<Row> AgainstPump()
    {
        const string target = "≥ 0.95";
        yield return Streaming(
            "of stdout, against a bare pump", OutputAsync, () => RateAsync($"exec {pump.Fetch(Files)} > /dev/null"), target);
        yield return Streaming("of stdin, against a bare pump", InputAsync, () => RateAsync($"cat {Files} | {pump.Store()}"), target);
        yield return Streaming(
            "both ways, against a bare pump", BothWaysAsync, () => RateAsync($"cat {Files} | {pump.Through()} > /dev/null"), target);
        yield return new(
            "a file of 1 GiB, `get` against a bare pump", "MB/s",
            () => RateAsync(Get, 1),
            () => RateAsync($"exec {pump.Fetch(_file)} > {_copy}", 1),
            target)
        { Times = 2 };
    }

    /// <summary>Makes the file.</summary>
    public async Task PrepareAsync()
    {
        var piece = new byte[1024 * 1024];
        await using FileStream file = File.Create(_file);
        for (int i = 0; i < 1024; i++)
        {
            Random.Shared.NextBytes(piece);
            await file.WriteAsync(piece);
        }
    }

    private Row Streaming(string name, Func<Task<double>> ours, Func<Task<double>> theirs, string target)
        => new($"{gibibytes} GiB {name}", "MB/s", ours, theirs, target);

    private Task<double> OutputAsync() => RateAsync($"exec '{own.Client}' run {own.Host} 'cat {Files}' > /dev/null");

    private Task<double> InputAsync() => RateAsync($"cat {Files} | '{own.Client}' run -i {own.Host} 'cat > /dev/null'");

    private Task<double> BothWaysAsync() => RateAsync($"cat {Files} | '{own.Client}' run -i {own.Host} cat > /dev/null");

    private Task<double> RateAsync(string line) => RateAsync(line, gibibytes);

    private async Task<double> RateAsync(string line, int size)
    {
        File.Delete(_copy);
        return size * 1073.741824 / (await Shell.LineAsync(line) / 1000);
    }

    private async Task<double> LongPathAsync()
    {
        string files = string.Join(' ', Enumerable.Repeat(_file, LongPathGibibytes));
        await using var path = new LongPath(IPEndPoint.Parse(own.Host), TimeSpan.FromMilliseconds(50));
        await Shell.TimeAsync(own.Client, "run", "--accept-new", path.Address.ToString(), "true");
        return 8 * await RateAsync($"exec '{own.Client}' run {path.Address} 'cat {files}' > /dev/null", LongPathGibibytes);
    }

    private async Task<double> SshLongPathAsync()
    {
        await using var path = new LongPath(new(IPAddress.Loopback, ssh.Port), TimeSpan.FromMilliseconds(50));
        string options = string.Join(' ', await ssh.ThroughAsync(path.Address.Port));
        return 8 * await RateAsync($"exec ssh {options} bench 'head -c 256M {_file}' > /dev/null", 1) / 4;
    }
}
