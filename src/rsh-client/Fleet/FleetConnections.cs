using System.CommandLine;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>How the hosts of a run are reached, each by its own settings.</summary>
/// <param name="screen">Shows what servers say.</param>
internal sealed class FleetConnections(FleetScreen screen) : IDisposable
{
    private readonly IdentityCache _identities = new();

    /// <summary>The options of a host.</summary>
    /// <param name="parsed">The command line, as if the user had named this host alone.</param>
    /// <param name="host">The host.</param>
    /// <exception cref="FormatException">The command line or the configuration is wrong.</exception>
    public ClientOptions Of(ParseResult parsed, string host)
    {
        ClientOptions options = HostOptions.Options(parsed, host, text => screen.Say($"{host}: {text}"));
        return _identities.With(options) with
        {
            Lost = reason => screen.Say($"{host}: lost the connection, reconnecting: {reason}"),
            // Many questions at once cannot be answered: an unknown host gets its verdict.
            Trust = options.Trust with { Ask = null },
            // A client that goes on with the run must come with the same key, or commands would run twice.
            OtherKeys = null,
        };
    }

    public void Dispose() => _identities.Dispose();
}
