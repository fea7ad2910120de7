using System.Text;
using Microsoft.Extensions.Logging;
using RemoteShell.Client.Sharing;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>Which server to connect to, with which key, and how to check the server's key.</summary>
public sealed record ClientOptions
{
    private readonly string? _knownHostsFile;

    /// <summary>The server.</summary>
    public required HostAddress Host { get; init; }

    /// <summary>How the bytes reach the server. Default: <see cref="Route.Direct"/>.</summary>
    public Route Route { get; init; } = Route.Direct;

    /// <summary>A connection that another process keeps, to use if there is one. Default: none.</summary>
    public SharedConnection? Shared { get; init; }

    /// <summary>The user to run commands as; the server refuses every user except its own. Default: the server's own.</summary>
    public string? User { get; init; }

    /// <summary>The folder of this client's key and known hosts.</summary>
    /// <remarks>Default: the folder of the role <c>client</c>, see <see cref="RoleFolders"/>.</remarks>
    public string Folder { get; init; } = RoleFolders.Configuration("client");

    /// <summary>This client's key, as the text of an identity file (certificate and private key in PEM).</summary>
    /// <remarks>
    /// It is a secret; <see cref="object.ToString"/> does not print it. Default: the key in <see cref="IdentityFile"/>.
    /// </remarks>
    public string? IdentityPem { get; init; }

    /// <summary>This client's key, as an object that several clients share. It is used instead of the other two.</summary>
    /// <remarks>The caller disposes it, after the clients. Default: null, for <see cref="IdentityPem"/> or the file.</remarks>
    public Identity? Identity { get; init; }

    /// <summary>A key of ssh that stands behind this client's own key. Default: none.</summary>
    /// <remarks>If the server refuses it, the client's own key follows.</remarks>
    public KeySigner? Key { get; init; }

    /// <summary>Keys of ssh that come before this client's own key: the first that the server accepts. Default: none.</summary>
    /// <remarks>
    /// They are not used with <see cref="Key"/>. With <see cref="IdentityPem"/> they come after the own key, if the server refuses that.
    /// A client that resumes a command names the key that counted, by <see cref="OnlyKey"/>.
    /// </remarks>
    public KeyRing? OtherKeys { get; init; }

    /// <summary>
    /// The fingerprint of the only key to use: this client's own, <see cref="Key"/>, or one of <see cref="OtherKeys"/>. Default: none.
    /// </summary>
    /// <remarks>
    /// It is for a client that goes on with what an earlier one has begun, see <see cref="RemoteShellClient.KeyInUse"/>. A key of ssh signs
    /// only if the server does not know it behind this client's own key from before. A kept connection (<see cref="Shared"/>) is not used.
    /// </remarks>
    public string? OnlyKey { get; init; }

    /// <summary>When the client learns whether the server accepts its key. Default: <see cref="AuthorizationCheck.OnConnect"/>.</summary>
    public AuthorizationCheck Authorization { get; init; } = AuthorizationCheck.OnConnect;

    /// <summary>How a whole fetched file is verified, in addition to each frame of it. Default: CRC-32C.</summary>
    public DigestAlgorithm FileDigest { get; init; } = DigestAlgorithm.Crc32C;

    /// <summary>How the client checks the server's key. Default: known hosts only.</summary>
    public HostTrust Trust { get; init; } = new();

    /// <summary>The most time to connect and to complete the handshake. Default: 10 s.</summary>
    /// <remarks>The server's first message may take as long again.</remarks>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to keep trying to reconnect after a lost connection. Default: 2 minutes.</summary>
    public TimeSpan GiveUp { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where connects, losses, reconnects and refusals are logged. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The span that the requests belong to, as in the header <c>traceparent</c> of W3C Trace Context.</summary>
    /// <remarks>Default: null, for <see cref="System.Diagnostics.Activity.Current"/> where a request is made.</remarks>
    public string? Traceparent { get; init; }

    /// <summary>Called with the reason when a connection is lost and the client starts to reconnect.</summary>
    /// <remarks>It must not block. Default: nothing.</remarks>
    public Action<string>? Lost { get; init; }

    /// <summary>Called on the first connection with the server's message of the day, if it has one.</summary>
    /// <remarks>It must not block. Default: nothing.</remarks>
    public Action<string>? MessageOfTheDay { get; init; }

    /// <summary>Called after each successful reconnect. It must not block. Default: nothing.</summary>
    public Action? Restored { get; init; }

    /// <summary>How the connection behaves. Default: see <see cref="ConnectionOptions"/>.</summary>
    public ConnectionOptions Connection { get; init; } = new() { Agent = $"rsh-client/{ProductVersion.Text}" };

    /// <summary>Called with each text for people that the server sends. It must not block. Default: nothing.</summary>
    public Action<string>? Noticed { get; init; }

    /// <summary>The file of this client's key.</summary>
    public string IdentityFile => Path.Combine(Folder, "id_ecdsa.pem");

    /// <summary>The file of the known servers' keys; <c>/dev/null</c>: none is known, and none is stored.</summary>
    /// <remarks>Default: <c>known_hosts</c> in <see cref="Folder"/>.</remarks>
    public string KnownHostsFile
    {
        get => _knownHostsFile ?? Path.Combine(Folder, "known_hosts");
        init => _knownHostsFile = value;
    }

    /// <summary>Reads <c>[user@]host[:port]</c>; an IPv6 address with a port is in brackets. Default port: 7022.</summary>
    /// <exception cref="FormatException">The text is not an address; the message says why.</exception>
    public static ClientOptions Parse(string destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        int at = destination.LastIndexOf('@');
        if (at == 0)
            throw new FormatException($"'{destination}' does not name a user before its @");
        return new() { Host = HostAddress.Parse(destination[(at + 1)..]), User = at < 0 ? null : destination[..at] };
    }

    // A record prints all its members; the key is a secret.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Host = ").Append(Host).Append(", User = ").Append(User).Append(", Folder = ").Append(Folder);
        return true;
    }
}
