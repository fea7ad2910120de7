using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>A RemoteShell server on a free loopback port with its own state, and the client program.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _home;

    private OwnServer(string programs, string home, Process process, string host)
        => (Client, _home, _process, Host) = (Path.Combine(programs, "rsh-client"), home, process, host);

    /// <summary>The client program.</summary>
    public string Client { get; }

    /// <summary>The address on which the server listens.</summary>
    public string Host { get; }

    /// <summary>The server's process id.</summary>
    public int Pid => _process.Id;

    /// <summary>Options for clients inside this process.</summary>
    public ClientOptions Options => new()
    {
        Host = HostAddress.Parse(Host),
        Folder = Path.Combine(_home, "client"),
        Trust = new() { AcceptNew = true },
    };

    /// <summary>Starts a server with the launcher. All servers of a run share the client's key and known hosts.</summary>
    public static async Task<OwnServer> StartAsync(string programs, string folder, string launcher, params string[] more)
    {
        string clientHome = Path.Combine(folder, "rsh"), serverHome = Path.Combine(folder, $"rsh-{launcher}-{more.Length}");
        Directory.CreateDirectory(clientHome);
        Directory.CreateDirectory(serverHome);
        string client = Path.Combine(programs, "rsh-client"), server = Path.Combine(programs, "rsh-server");
        Environment.SetEnvironmentVariable("RSH_HOME", clientHome);
        string[] printKey = [File.Exists(Path.Combine(clientHome, "client", "id_ecdsa.pem")) ? "pubkey" : "keygen"];
        string key = await Shell.OutputAsync(client, printKey);
        Environment.SetEnvironmentVariable("RSH_HOME", serverHome);
        await Shell.OutputAsync(server, ["authorize", "-"], key);
        string[] options =
        [
            "run", "--listen", "127.0.0.1:0", "--launcher", launcher,
            "--max-connections", "12000", "--max-connections-per-address", "12000", "--max-handshakes", "400", "--max-jobs", "4000",
            "--allow-forwarding", .. more,
        ];
        Process process = Shell.Start(server, options);
        Environment.SetEnvironmentVariable("RSH_HOME", clientHome);
        string line = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        string host = line["listening on ".Length..];
        await Shell.OutputAsync(client, ["run", "--accept-new", host, "true"]);
        return new(programs, clientHome, process, host);
    }

    /// <summary>Reads a further line that the server prints at its start.</summary>
    public async Task<string> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync() ?? throw new EndOfStreamException();

    public async ValueTask DisposeAsync() => await Shell.EndAsync(_process);
}
