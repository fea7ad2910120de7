namespace ClassicServices.Server.Conversations;

/// <summary>One row of the table of services: a name, a port, and the handler for one peer.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Port">The default port.</param>
/// <param name="Summary">What the service does, in a line.</param>
/// <param name="HandleAsync">Serves one peer until either side ends the conversation. The second argument is all peers.</param>
internal sealed record Service(
    string Name,
    int Port,
    string Summary,
    Func<Conversation, ConnectedPeers, CancellationToken, Task> HandleAsync)
{
    /// <summary>Whether it listens on TCP. Default: yes.</summary>
    public bool OverTcp { get; init; } = true;

    /// <summary>Whether it answers datagrams. Default: no.</summary>
    public bool OverUdp { get; init; }

    /// <summary>Whether it runs commands, for any client. Default: no.</summary>
    public bool RunsCommands { get; init; }

    /// <summary>How long a peer may be silent, unless the command line says otherwise. Default: null, without limit.</summary>
    public TimeSpan? IdleTimeout { get; init; }
}
