using System.Net;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server;

/// <summary>The folders, addresses, limits and times of a server.</summary>
public sealed record ServerOptions
{
    private readonly string? _folder;
    private readonly string? _stateFolder;

    /// <summary>The folder of the host key and the authorized keys. Default: the user's configuration folder.</summary>
    /// <remarks>See <see cref="RoleFolders"/> for the default.</remarks>
    public string Folder
    {
        get => _folder ?? RoleFolders.Configuration("server");
        init => _folder = value;
    }

    /// <summary>The folder of jobs, logs and the admin socket. Default: <see cref="Folder"/> if set, else the state folder.</summary>
    /// <remarks>See <see cref="RoleFolders"/> for the default.</remarks>
    public string StateFolder
    {
        get => _stateFolder ?? _folder ?? RoleFolders.State("server");
        init => _stateFolder = value;
    }

    /// <summary>The TCP addresses to listen on. Default: both loopback addresses, port 7022. Port 0 picks one free port.</summary>
    /// <remarks>It may be empty if <see cref="ListenSockets"/> is not.</remarks>
    public IReadOnlyList<IPEndPoint> Listen { get; init; } =
    [
        new(IPAddress.Loopback, HostAddress.DefaultPort),
        new(IPAddress.IPv6Loopback, HostAddress.DefaultPort),
    ];

    /// <summary>Full paths of unix sockets to listen on. Default: empty.</summary>
    /// <remarks>
    /// For a program of this machine that carries connections here, which are tunnels: peers without an address. Only the server's user and
    /// root may connect. The server replaces a socket on which no process listens, and deletes its own when it stops.
    /// </remarks>
    public IReadOnlyList<string> ListenSockets { get; init; } = [];

    /// <summary>How the server starts commands without a terminal. Default: <see cref="CommandLauncher.CliWrap"/>.</summary>
    public CommandLauncher Launcher { get; init; } = CommandLauncher.CliWrap;

    /// <summary>The program that runs command lines and shells. Default: null, for the login shell of the server's user.</summary>
    public string? Shell { get; init; }

    /// <summary>What clients may use at once. Default: see <see cref="ServerLimits"/>.</summary>
    public ServerLimits Limits { get; init; } = new();

    /// <summary>Time between TERM and KILL, when the server ends a command. Default: 5 s.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long running commands may continue when the server stops. Default: 10 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for output of an exited command whose pipe another process keeps open. Default: 250 ms.</summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Bytes on disk for the output of a job that its client has not received. Default: 1 GiB.</summary>
    /// <remarks>For a detached job, all output counts.</remarks>
    public long JobQuota { get; init; } = 1L << 30;

    /// <summary>Bytes on disk for the output of all jobs together, counted like <see cref="JobQuota"/>. Default: 16 GiB.</summary>
    public long TotalQuota { get; init; } = 16L << 30;

    /// <summary>Bytes that the files of one key may hold, without holes. Default: null, for no limit.</summary>
    /// <remarks>
    /// What the key's transfers store counts, in <c>quotas</c> in <see cref="StateFolder"/>; <c>file-quota</c> of a key overrides this.
    /// Files that were stored while there was no limit do not count.
    /// </remarks>
    public long? FileQuota { get; init; }

    /// <summary>Whether each key may forward connections to and from this machine. Default: only as the options of a key permit.</summary>
    /// <remarks><see cref="PermitOpen"/> and <see cref="PermitListen"/> limit it.</remarks>
    public bool AllowsForwarding { get; init; }

    /// <summary>Where each key may connect to. Default: empty, for whatever <see cref="AllowsForwarding"/> says.</summary>
    /// <remarks><c>permitopen</c> of a key overrides this.</remarks>
    public IReadOnlyList<ForwardRule> PermitOpen { get; init; } = [];

    /// <summary>Where each key may listen. Default: empty, for whatever <see cref="AllowsForwarding"/> says.</summary>
    /// <remarks><c>permitlisten</c> of a key overrides this.</remarks>
    public IReadOnlyList<ForwardRule> PermitListen { get; init; } = [];

    /// <summary>How long the server keeps the record of an ended job, and the output of a detached one. Default: 1 day.</summary>
    public TimeSpan KeepTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How many ended jobs of each key the server keeps. Default: 10,000.</summary>
    public int KeepJobs { get; init; } = 10_000;

    /// <summary>After which silence the server takes a connection for lost. Default: 45 s.</summary>
    public TimeSpan KeepaliveTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a connection may be idle; <c>idle-timeout</c> of a key overrides this. Default: null, for no limit.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether to answer UDP probes of anyone, on the ports of <see cref="Listen"/>. Default: no.</summary>
    public bool AnswersProbes { get; init; }

    /// <summary>A text file to show at interactive clients; read again for each connection. Default: null, for none.</summary>
    public string? MessageOfTheDayFile { get; init; }

    /// <summary>The folder of recordings, in asciicast format. Default: null, for <c>recordings</c> in <see cref="StateFolder"/>.</summary>
    public string? RecordFolder { get; init; }

    /// <summary>Full paths of further lists of keys that may use the server, such as that of sshd. Default: empty.</summary>
    /// <remarks>
    /// Nothing is written to them. A file that does not exist has no keys; if one cannot be read, no key of any list is authorized. The
    /// lines of <see cref="AuthorizedKeysFile"/> stand before theirs.
    /// </remarks>
    public IReadOnlyList<string> FurtherAuthorizedKeysFiles { get; init; } = [];

    /// <summary>What is recorded of all keys. Default: null, for terminals if <see cref="RecordFolder"/> is set, else nothing.</summary>
    public RecordedKinds? Records { get; init; }

    /// <summary>Bytes of all recordings in the folder together. Default: 1 GiB.</summary>
    /// <remarks>
    /// Recordings that are complete are deleted for a new one, the oldest first. If the running ones alone exceed the quota, they are cut.
    /// </remarks>
    public long RecordQuota { get; init; } = 1L << 30;

    /// <summary>The file of the keys that may not use the server, whatever the authorized keys are. Default: null, for none.</summary>
    /// <remarks>If it cannot be read, no key is authorized.</remarks>
    public string? RevokedKeysFile { get; init; }

    /// <summary>What becomes of the jobs of a key that is not authorized any more. Default: <see cref="OnRevoke.Kill"/>.</summary>
    public OnRevoke OnRevoke { get; init; } = OnRevoke.Kill;

    /// <summary>Networks from which connections are never refused for the failures of others. Default: empty.</summary>
    /// <remarks>
    /// The server refuses an address for a while after its clients have failed to authenticate or broken the protocol several times.
    /// </remarks>
    public IReadOnlyList<IPNetwork> PenaltyExempt { get; init; } = [];

    /// <summary>A file with a certificate of OpenSSH for the host key, which clients see. Default: null, for none.</summary>
    /// <remarks>It may have a line for the next host key too. <see cref="RemoteShellServer.Apply"/> reads it again.</remarks>
    public string? HostCertificateFile { get; init; }

    /// <summary>Whether the server keeps an audit journal. Default: <see cref="AuditMode.On"/>.</summary>
    public AuditMode Audit { get; init; } = AuditMode.On;

    /// <summary>Bytes of a file of the audit journal, after which the next one begins. Default: 64 MiB.</summary>
    public long AuditFileSize { get; init; } = 64L << 20;

    /// <summary>How many full files of the audit journal the server keeps. Default: 16.</summary>
    public int AuditFiles { get; init; } = 16;

    /// <summary>The datagram socket of syslog, which gets each line of the audit journal too. Default: null, for none.</summary>
    public string? AuditSyslog { get; init; }

    /// <summary>The folder of the audit journal.</summary>
    public string AuditFolder => Path.Combine(StateFolder, "audit");

    /// <summary>The path of the host key.</summary>
    /// <remarks>The next key is beside it, with the ending <c>-next</c>, and the former one with <c>-old</c>.</remarks>
    public string HostKeyFile => Path.Combine(Folder, "host_key.pem");

    /// <summary>The path of the server's own list of keys that may use it. <c>authorize</c> and <c>invite</c> add keys to it.</summary>
    public string AuthorizedKeysFile => Path.Combine(Folder, "authorized_keys");

    /// <summary>The paths of all lists of keys that may use the server, in the order in which their lines count.</summary>
    public IReadOnlyList<string> AllAuthorizedKeysFiles => [AuthorizedKeysFile, .. FurtherAuthorizedKeysFiles.Except([AuthorizedKeysFile])];

    /// <summary>The path of the folder with the recordings.</summary>
    public string RecordingsFolder => RecordFolder ?? Path.Combine(StateFolder, "recordings");

    /// <summary>The path of the folder with the invitations that are not used yet.</summary>
    public string InvitationFolder => Path.Combine(Folder, "invitations");
}
