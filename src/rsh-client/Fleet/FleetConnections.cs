using System.CommandLine;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;
using RemoteShell.Keys;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>How the hosts of a run are reached, each by its own settings.</summary>
/// <param name="screen">Shows what servers say.</param>
/// <param name="noticed">Receives that the agent is waited for.</param>
internal sealed class FleetConnections(FleetScreen screen, Action<string> noticed) : IDisposable
{
    // Longer than the agent may take to list its keys.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly IdentityCache _identities = new();
    private readonly KeySources _keys = KeysOf(screen, noticed);

    /// <summary>The options of a host.</summary>
    /// <param name="parsed">The command line, as if the user had named this host alone.</param>
    /// <param name="host">The host.</param>
    /// <exception cref="FormatException">The command line or the configuration is wrong.</exception>
    public ClientOptions Of(ParseResult parsed, string host)
    {
        ClientOptions options = HostOptions.Options(parsed, host, text => screen.Say($"{host}: {text}"), _keys);
        return _identities.With(options) with
        {
            Lost = reason => screen.Say($"{host}: lost the connection, reconnecting: {reason}"),
            // Many questions at once cannot be answered: an unknown host gets its verdict.
            Trust = options.Trust with { Ask = null },
        };
    }

    public void Dispose() => _identities.Dispose();

    // All hosts have the same keys: none begins with its own one because the agent has not listed its keys yet.
    private static KeySources KeysOf(FleetScreen screen, Action<string> noticed)
    {
        if (KeySources.Socket is not { } socket)
            return new(agent: null);
        var agent = new ListedAgent(socket) { Waiting = KeySources.OnTerminal(noticed) };
        return new(agent)
        {
            Ring = new(agent)
            {
                Patience = Patience,
                PassedOver = screen.Say,
            },
        };
    }
}
