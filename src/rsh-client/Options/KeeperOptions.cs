using System.CommandLine;
using System.Globalization;

namespace RemoteShell.Cli.Client.Options;

/// <summary>The command line of the process that keeps a connection. Only this program starts it.</summary>
internal static class KeeperOptions
{
    /// <summary>The subcommand.</summary>
    public const string Name = "keep";

    /// <summary>The socket where other processes find the connection.</summary>
    public static Option<string> Socket { get; } = new("--socket") { Required = true };

    /// <summary>How long the connection is kept without a program.</summary>
    public static Option<TimeSpan?> Unused { get; } = HostOptions.DurationFlag("--unused", "How long to keep an unused connection.");

    /// <summary>The words behind the program's name.</summary>
    /// <param name="socket">See <see cref="Socket"/>.</param>
    /// <param name="unused">See <see cref="Unused"/>.</param>
    /// <param name="connection">The options of the connection.</param>
    /// <param name="host">The host, as the user named it.</param>
    public static IEnumerable<string> Words(string socket, TimeSpan unused, IEnumerable<string> connection, string host)
    {
        string time = string.Create(CultureInfo.InvariantCulture, $"{Unused.Name}={(long)unused.TotalMilliseconds}ms");
        return [Name, $"{Socket.Name}={socket}", time, .. connection, host];
    }
}
