using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>Which server to reach, as whom, and how to know it.</summary>
public sealed record ClientOptions
{
    /// <summary>The server.</summary>
    public required HostAddress Host { get; init; }

    /// <summary>The user whom commands are to run as; the server refuses any but its own. Default: none, which means the server's own.</summary>
    public string? User { get; init; }

    /// <summary>The folder with this client's key and the known hosts. Default: that of the role <c>client</c>, see <see cref="RoleFolders"/>.</summary>
    public string Folder { get; init; } = RoleFolders.Configuration("client");

    /// <summary>How fetched files are verified besides each frame: <c>crc32c</c>, at the speed of memory, or <c>sha256</c>, as <c>sha256sum</c> prints it. Default: crc32c.</summary>
    public string FileDigest { get; init; } = StreamDigest.Crc32C;

    /// <summary>How a server's key is judged. Default: known hosts only.</summary>
    public HostTrust Trust { get; init; } = new();

    /// <summary>Time to reach the server and to shake hands. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection that was lost is tried to be had again. Default: 2 minutes.</summary>
    public TimeSpan GiveUp { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Called with the reason each time that a connection is lost and another one is looked for; it must not wait. Default: nothing is said.</summary>
    public Action<string>? Lost { get; init; }

    /// <summary>Called with the server's message of the day, where it has one, on the first connection; it must not wait. Default: it is dropped.</summary>
    public Action<string>? MessageOfTheDay { get; init; }

    /// <summary>Called each time that there is a connection again; it must not wait. Default: nothing is said.</summary>
    public Action? Restored { get; init; }

    /// <summary>How the connection behaves. Default: see <see cref="ConnectionOptions"/>.</summary>
    public ConnectionOptions Connection { get; init; } = new() { Agent = "rsh-client/0.1.0" };

    /// <summary>Called for each text for people that the server sends; it must not wait. Default: it is dropped.</summary>
    public Action<string>? Noticed { get; init; }

    /// <summary>The file of this client's key.</summary>
    public string IdentityFile => Path.Combine(Folder, "id_ecdsa.pem");

    /// <summary>The file of the servers' keys.</summary>
    public string KnownHostsFile => Path.Combine(Folder, "known_hosts");
}
