using System.CommandLine;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Forwarding;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Configuration;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Connections that are forwarded while a command runs.</summary>
internal static class ForwardOptions
{
    /// <summary>Places of this machine that lead to targets at the server's side.</summary>
    public static Option<string[]> Local { get; } = new("--local-forward", "-L")
    {
        Description = "Carry connections to this port through the server to HOST:HOSTPORT; BIND is loopback unless given. A path in place "
            + "of a port is a unix socket. Repeatable. The server must permit it.",
        HelpName = "[BIND:]PORT:HOST:HOSTPORT",
    };

    /// <summary>Places of the server that lead to targets at this side.</summary>
    public static Option<string[]> Remote { get; } = new("--remote-forward", "-R")
    {
        Description = "Carry connections to this port of the server to HOST:HOSTPORT on this side. Repeatable. The server must permit it.",
        HelpName = "[BIND:]PORT:HOST:HOSTPORT",
    };

    /// <summary>Ports of this machine that speak SOCKS.</summary>
    public static Option<string[]> Dynamic { get; } = new("--dynamic-forward", "-D")
    {
        Description = "A SOCKS proxy (4a and 5) on this port, through the server, which resolves names. Repeatable. The server must permit "
            + "the targets.",
        HelpName = "[BIND:]PORT",
    };

    /// <summary>The options, for the commands that have them.</summary>
    public static IReadOnlyList<Option<string[]>> All { get; } = [Local, Remote, Dynamic];

    /// <summary>Starts the forwards of the command line and of the configuration.</summary>
    /// <remarks>
    /// One of the configuration that cannot be set up is only told: another command to the same host may have its port already.
    /// </remarks>
    /// <returns>Ends them when it is disposed.</returns>
    /// <exception cref="FormatException">A value is wrong.</exception>
    /// <exception cref="RemoteShellException">One of the command line cannot be set up.</exception>
    public static async Task<IAsyncDisposable> StartAsync(
        ParseResult parsed, RemoteShellClient client, CancellationToken cancellationToken)
    {
        ForwardPlan given = GivenPlan(parsed), configured = ConfiguredPlan(parsed);
        RunningForwards first = await StartAsync(given, client, cancellationToken);
        if (configured.IsEmpty)
            return first;
        try
        {
            return new ForwardPair(first, await StartAsync(configured, client, cancellationToken));
        }
        catch
        {
            await first.DisposeAsync();
            throw;
        }
    }

    private static async Task<RunningForwards> StartAsync(ForwardPlan plan, RemoteShellClient client, CancellationToken cancellationToken)
    {
        RunningForwards running = await RunningForwards.StartAsync(client, plan, new(), UserMessages.Say, cancellationToken);
        foreach (string line in running.Chosen)
            UserMessages.Say(line);
        foreach ((int port, ForwardTarget target) in running.RemotePorts)
            UserMessages.Say($"forwarding port {port} of the server to {target}");
        return running;
    }

    private static ForwardPlan GivenPlan(ParseResult parsed) => new()
    {
        Local = [.. Values(parsed, Local).Select(ForwardSpecification.Parse)],
        Remote = [.. Values(parsed, Remote).Select(ForwardSpecification.Parse)],
        Dynamic = [.. Values(parsed, Dynamic).Select(ListenPoint.Parse)],
    };

    // Empty for a command that has no forwards, and for one that returns at once.
    private static ForwardPlan ConfiguredPlan(ParseResult parsed)
    {
        if (!parsed.CommandResult.Command.Options.Contains(Local) || parsed.GetValue(CommandOptions.Detach))
            return new();
        HostSettings settings = HostOptions.Settings(parsed, parsed.GetValue(HostOptions.Host)!);
        return new()
        {
            Local = Configured(settings, ConfigurationKeys.LocalForward, ForwardSpecification.Parse),
            Remote = Configured(settings, ConfigurationKeys.RemoteForward, ForwardSpecification.Parse),
            Dynamic = Configured(settings, ConfigurationKeys.DynamicForward, ListenPoint.Parse),
            Failure = ForwardFailure.IsTold,
        };
    }

    private static T[] Configured<T>(HostSettings settings, ConfigurationKey key, Func<string, T> parse)
    {
        return [.. settings.All.Where(setting => setting.Key == key).Select(Parse)];

        T Parse(Setting setting)
        {
            try
            {
                return parse(string.Join(':', setting.Values));
            }
            catch (FormatException e)
            {
                throw new ConfigurationException(setting.Place, $"{key.Name}: {e.Message}");
            }
        }
    }

    private static string[] Values(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) ?? [];
}
