using System.Net;
using RemoteShell.Testing;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Bulk transfers. Our side verifies all bytes.</summary>
internal sealed class BulkRows(OwnServer own, OpenSsh ssh, string folder)
{
    private const int Gibibytes = 4;

    private readonly string _file = Path.Combine(folder, "gibibyte");
    private readonly string _copy = Path.Combine(folder, "copy");

    /// <summary>A file of 1 GiB.</summary>
    public string Gibibyte => _file;

    private string Four => string.Join(' ', Enumerable.Repeat(_file, Gibibytes));

    private string Ssh => $"ssh {string.Join(' ', ssh.Cold)} bench";

    public IEnumerable<Row> All()
    {
        string get = $"'{own.Client}' get {own.Host}:{_file} {_copy}";
        yield return new(
            $"{Gibibytes} GiB of stdout", "MB/s",
            () => RateAsync(Gibibytes, $"exec '{own.Client}' run {own.Host} 'cat {Four}' > /dev/null"),
            () => RateAsync(Gibibytes, $"exec {Ssh} 'cat {Four}' > /dev/null"),
            "≥ 2");
        yield return new(
            $"{Gibibytes} GiB of stdin", "MB/s",
            () => RateAsync(Gibibytes, $"cat {Four} | '{own.Client}' run -i {own.Host} 'cat > /dev/null'"),
            () => RateAsync(Gibibytes, $"cat {Four} | {Ssh} 'cat > /dev/null'"),
            "≥ 2");
        yield return new(
            $"{Gibibytes} GiB both ways", "MB/s",
            () => RateAsync(Gibibytes, $"cat {Four} | '{own.Client}' run -i {own.Host} cat > /dev/null"),
            () => RateAsync(Gibibytes, $"cat {Four} | {Ssh} cat > /dev/null"),
            "");
        string options = string.Join(' ', ssh.Cold);
        yield return new(
            "a file of 1 GiB, `get` against `scp`", "MB/s",
            () => RateAsync(1, get),
            () => RateAsync(1, $"scp -q {options} bench:{_file} {_copy}"),
            "≥ 1.5")
        { Times = 4 };
        yield return new(
            "a file of 1 GiB, `get` against `sftp`", "MB/s",
            () => RateAsync(1, get),
            () => RateAsync(1, $"sftp -q {options} bench:{_file} {_copy} > /dev/null"),
            "")
        { Times = 4 };
        yield return new("one stream over a path of 50 ms each way", "Mbit/s", LongPathAsync, SshLongPathAsync, "≥ 1,000 Mbit/s");
    }

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

    private async Task<double> RateAsync(int gibibytes, string line)
    {
        File.Delete(_copy);
        return gibibytes * 1073.741824 / (await Shell.LineAsync(line) / 1000);
    }

    private async Task<double> LongPathAsync()
    {
        await using var path = new LongPath(IPEndPoint.Parse(own.Host), TimeSpan.FromMilliseconds(50));
        await Shell.TimeAsync(own.Client, "run", "--accept-new", path.Address.ToString(), "true");
        return 8 * await RateAsync(1, $"exec '{own.Client}' run {path.Address} 'cat {_file}' > /dev/null");
    }

    private async Task<double> SshLongPathAsync()
    {
        await using var path = new LongPath(new(IPAddress.Loopback, ssh.Port), TimeSpan.FromMilliseconds(50));
        string options = string.Join(' ', await ssh.ThroughAsync(path.Address.Port));
        return 8 * await RateAsync(1, $"exec ssh {options} bench 'head -c 256M {_file}' > /dev/null") / 4;
    }
}
