namespace RemoteShell.Broker.Connections;

/// <summary>Which broker to use, and how to log in.</summary>
public sealed record BrokerOptions
{
    /// <summary>The addresses, separated by commas: <c>nats://HOST:4222</c>, or <c>tls://HOST:4222</c> for TLS to the broker.</summary>
    /// <remarks>One of them suffices; the client changes to another one if it is lost.</remarks>
    public required string Url { get; init; }

    /// <summary>The file with the credentials. Default: none, for a broker that asks for none.</summary>
    /// <remarks>
    /// A <c>.creds</c> file of NATS, the seed of an NKey (<c>SU…</c>), or a line <c>USER:PASSWORD</c>.
    /// Others must not be able to read it.
    /// </remarks>
    public string? CredentialsFile { get; init; }

    /// <summary>A PEM file with the authorities that may sign the broker's certificate. Default: those of the system.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>The beginning of the subjects on which answers come. Default: <c>_INBOX</c>.</summary>
    /// <remarks>A broker whose users must not see each other's answers gives each user a beginning of its own.</remarks>
    public string InboxPrefix { get; init; } = "_INBOX";

    /// <summary>The name under which the broker lists the connection, for people.</summary>
    public string Name { get; init; } = "rsh-broker";

    /// <summary>How long connecting may take. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    // Bytes of each buffer of the connection. The library takes a new one for what it sends after a pause, and clears it afterwards.
    // A publish waits while so many bytes are not sent yet, so a small one is for small messages to a broker that is near.
    internal int BufferSize { get; init; } = 64 * 1024;
}
