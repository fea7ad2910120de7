using System.Net;
using RemoteShell.Testing;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Files both ways, against the programs that use OpenSSH. Every copy is compared with its source.</summary>
internal sealed class FileRows(OwnServer own, OpenSsh ssh, string folder)
{
    private const int Files = 10_000;

    // A round trip or more for each file: all of them would take an hour.
    private const int FilesOneByOne = 100;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    private readonly string _file = Path.Combine(folder, "file");
    private readonly string _tree = Path.Combine(folder, "tree");
    private readonly string _part = Path.Combine(folder, "part");
    private readonly string _copy = Path.Combine(folder, "copied");

    public IEnumerable<Row> All()
    {
        string options = string.Join(' ', ssh.Cold);
        string ours = $"'{own.Client}' put -q {_file} {own.Host}:{_copy}";
        yield return File("`put` against `scp`", ours, $"scp -q {options} {_file} bench:{_copy}", "≥ 1.3");
        yield return File(
            "`put` against `sftp`", ours, $"echo 'put {_file} {_copy}' | sftp -q -b - {options} bench > /dev/null", "");
        yield return File("`put` against `rsync`", ours, $"rsync --whole-file -e 'ssh {options}' {_file} bench:{_copy}", "≥ 1");
        ours = $"'{own.Client}' get -q {own.Host}:{_file} {_copy}";
        yield return File("`get` against `scp`", ours, $"scp -q {options} bench:{_file} {_copy}", "≥ 1.3");
        yield return File("`get` against `rsync`", ours, $"rsync --whole-file -e 'ssh {options}' bench:{_file} {_copy}", "≥ 1");
        yield return Tree("`put -r` against `rsync -r`", PutAsync, o => $"rsync -rt -e 'ssh {o}' {_tree}/ bench:{_copy}", _tree, "≤ 1");
        yield return Tree("`get -r` against `rsync -r`", GetAsync, o => $"rsync -rt -e 'ssh {o}' bench:{_tree}/ {_copy}", _tree, "≤ 1");
        yield return Tree("`put -r` against `scp -r`", PutAsync, o => $"scp -qrp {o} {_part} bench:{_copy}", _part, "≤ 0.1");
        yield return Tree("`get -r` against `scp -r`", GetAsync, o => $"scp -qrp {o} bench:{_part} {_copy}", _part, "≤ 0.1");
        yield return Tree(
            "`put -r` against `sftp`", PutAsync, o => $"echo 'put -rp {_part} {_copy}' | sftp -q -b - {o} bench > /dev/null", _part, "");
        yield return Tree(
            "`get -r` against `sftp`", GetAsync, o => $"echo 'get -rp {_part} {_copy}' | sftp -q -b - {o} bench > /dev/null", _part, "");
    }

    public async Task PrepareAsync()
    {
        var piece = new byte[1024 * 1024];
        await using (FileStream file = System.IO.File.Create(_file))
        {
            for (int i = 0; i < 1024; i++)
            {
                Random.Shared.NextBytes(piece);
                await file.WriteAsync(piece);
            }
        }

        await FillAsync(_tree, Files);
        await FillAsync(_part, FilesOneByOne);
    }

    private static async Task FillAsync(string tree, int files)
    {
        var content = new byte[1024];
        for (int i = 0; i < files; i++)
        {
            string parent = Directory.CreateDirectory(Path.Combine(tree, $"{i / 100}")).FullName;
            Random.Shared.NextBytes(content);
            await System.IO.File.WriteAllBytesAsync(Path.Combine(parent, $"{i}"), content);
        }
    }

    private Row File(string name, string ours, string theirs, string target) => new(
        $"a file of 1 GiB, {name}", "MB/s", () => RateAsync(ours), () => RateAsync(theirs), target)
    {
        Times = 2,
    };

    private Row Tree(string name, Func<Task<double>> ours, Func<string, string> theirs, string source, string target)
    {
        string what = source == _tree ? "" : $", {FilesOneByOne} files × {Files / FilesOneByOne}";
        return new(
            $"{Files:N0} files of 1 KiB over a path of 50 ms each way, {name}{what}", "s",
            ours,
            async () => await SshAsync(theirs, source) * (source == _tree ? 1 : Files / FilesOneByOne),
            target);
    }

    private async Task<double> RateAsync(string line)
    {
        Clear();
        double took = await Shell.LineAsync(line);
        await Shell.LineAsync($"cmp {_file} {_copy}");
        Clear();
        return 1073.741824 / (took / 1000);
    }

    private Task<double> PutAsync() => OwnAsync(host => $"put -rq {_tree} {host}:{_copy}");

    private Task<double> GetAsync() => OwnAsync(host => $"get -rq {host}:{_tree} {_copy}");

    private async Task<double> OwnAsync(Func<string, string> arguments)
    {
        await using var path = new LongPath(IPEndPoint.Parse(own.Host), Delay);
        await Shell.TimeAsync(own.Client, "run", "--accept-new", path.Address.ToString(), "true");
        return await CopiedAsync($"exec '{own.Client}' {arguments(path.Address.ToString())}", _tree);
    }

    private async Task<double> SshAsync(Func<string, string> line, string source)
    {
        await using var path = new LongPath(new(IPAddress.Loopback, ssh.Port), Delay);
        return await CopiedAsync(line(string.Join(' ', await ssh.ThroughAsync(path.Address.Port))), source);
    }

    private async Task<double> CopiedAsync(string line, string source)
    {
        Clear();
        double took = await Shell.LineAsync(line);
        await Shell.LineAsync($"diff -r {source} {_copy}");
        Clear();
        return took / 1000;
    }

    private void Clear()
    {
        if (Directory.Exists(_copy))
            Directory.Delete(_copy, recursive: true);
        else
            System.IO.File.Delete(_copy);
    }
}
