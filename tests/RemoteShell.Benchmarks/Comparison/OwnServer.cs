using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>This product's programs, and a server of theirs on a free loopback port with state of its own.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _home;

    private OwnServer(string programs, string home, Process process, string host)
        => (Client, _home, _process, Host) = (Path.Combine(programs, "rsh-client"), home, process, host);

    /// <summary>The client's program.</summary>
    public string Client { get; }

    /// <summary>Where the server listens.</summary>
    public string Host { get; }

    /// <summary>The server's process.</summary>
    public int Pid => _process.Id;

    /// <summary>For clients inside this program.</summary>
    public ClientOptions Options => new() { Host = HostAddress.Parse(Host), Folder = Path.Combine(_home, "client"), Trust = new() { AcceptNew = true } };

    public static async Task<OwnServer> StartAsync(string programs, string folder)
    {
        string home = Path.Combine(folder, "rsh");
        Directory.CreateDirectory(home);
        Environment.SetEnvironmentVariable("RSH_HOME", home);
        string client = Path.Combine(programs, "rsh-client"), server = Path.Combine(programs, "rsh-server");
        string key = await Shell.OutputAsync(client, ["keygen"]);
        await Shell.OutputAsync(server, ["authorize", "-"], key);
        Process process = Shell.Start(server, "run", "--listen", "127.0.0.1:0", "--max-connections", "4000", "--max-connections-per-address", "4000", "--max-handshakes", "400", "--max-jobs", "4000");
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        string host = line["listening on ".Length..];
        await Shell.OutputAsync(client, ["run", "--accept-new", host, "true"]);
        return new(programs, home, process, host);
    }

    public async ValueTask DisposeAsync() => await Shell.EndAsync(_process);
}
