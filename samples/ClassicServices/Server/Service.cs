
namespace ClassicServices.Server;

/// <summary>One row of the table: what a service is called, where it listens, and how it talks to one peer.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Port">Its default port.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="HandleAsync">Talks to one peer until either has said all. It is given the other peers as well.</param>
internal sealed record Service(string Name, int Port, string Summary, Func<Conversation, Gathering, CancellationToken, Task> HandleAsync)
{
    /// <summary>Whether it listens on TCP. Default: yes.</summary>
    public bool OverTcp { get; init; } = true;

    /// <summary>Whether it answers datagrams. Default: no.</summary>
    public bool OverUdp { get; init; }

    /// <summary>Whether it runs commands, for anybody who asks. Default: no.</summary>
    public bool RunsCommands { get; init; }

    /// <summary>How long a peer may be silent, where nothing else is asked for. Default: for any time.</summary>
    public TimeSpan? IdleTimeout { get; init; }
}
