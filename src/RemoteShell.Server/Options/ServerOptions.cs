using System.Net;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server;

/// <summary>What a server does and where.</summary>
public sealed record ServerOptions
{
    private readonly string? _folder;
    private readonly string? _stateFolder;

    /// <summary>The folder with the host key and the authorized keys. Default: the configuration folder of the server's user, see <see cref="RoleFolders"/>.</summary>
    public string Folder
    {
        get => _folder ?? RoleFolders.Configuration("server");
        init => _folder = value;
    }

    /// <summary>The folder with jobs, logs and the control socket. Default: <see cref="Folder"/> if that was set, else the state folder of the server's user, see <see cref="RoleFolders"/>.</summary>
    public string StateFolder
    {
        get => _stateFolder ?? _folder ?? RoleFolders.State("server");
        init => _stateFolder = value;
    }

    /// <summary>Where to listen. Default: both loopback addresses, port 7022. Port 0 picks one, the same for all.</summary>
    public IReadOnlyList<IPEndPoint> Listen { get; init; } = [new(IPAddress.Loopback, HostAddress.DefaultPort), new(IPAddress.IPv6Loopback, HostAddress.DefaultPort)];

    /// <summary>What starts commands that have no terminal. Default: <see cref="CommandLauncher.CliWrap"/>.</summary>
    public CommandLauncher Launcher { get; init; } = CommandLauncher.CliWrap;

    /// <summary>What may be used at once. Default: see <see cref="ServerLimits"/>.</summary>
    public ServerLimits Limits { get; init; } = new();

    /// <summary>Time between TERM and KILL for a command that has to end. Default: 5 s.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for running commands to end by themselves when the server stops. Default: 10 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for which an empty output pipe is waited for that a left-behind process still holds. Default: 250 ms.</summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Bytes on disk for what a job has written and nobody has taken; a detached job's whole output counts. Default: 1 GiB.</summary>
    public long JobQuota { get; init; } = 1L << 30;

    /// <summary>The same for all jobs together. Default: 16 GiB.</summary>
    public long TotalQuota { get; init; } = 16L << 30;

    /// <summary>How long a job that has ended is remembered, a detached one with its output. Default: a day.</summary>
    public TimeSpan KeepTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How many jobs of a key that have ended are remembered. Default: 10,000.</summary>
    public int KeepJobs { get; init; } = 10_000;

    /// <summary>Silence after which a client counts as gone. Default: 45 s.</summary>
    public TimeSpan KeepaliveTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long nothing may flow over a connection; a key's own <c>idle-timeout</c> goes before it. Default: null, for any time.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether probes by UDP are answered, on the ports of <see cref="Listen"/>, for whoever asks. Default: no.</summary>
    public bool AnswersProbes { get; init; }

    /// <summary>A file whose text clients with somebody at them are shown; read for each connection. Default: none.</summary>
    public string? MessageOfTheDayFile { get; init; }

    /// <summary>A folder in which what every terminal shows is taken down, as asciicasts. Default: none.</summary>
    public string? RecordFolder { get; init; }

    /// <summary>The file of the host key.</summary>
    public string HostKeyFile => Path.Combine(Folder, "host_key.pem");

    /// <summary>The file of the keys that may use the server.</summary>
    public string AuthorizedKeysFile => Path.Combine(Folder, "authorized_keys");
}
