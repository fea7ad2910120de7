using System.Net;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Forwarding;
using RemoteShell.Client;
using RemoteShell.Client.Forwarding;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The forwards of a call.</summary>
internal static class SshForwards
{
    private const string AgentVariable = "SSH_AUTH_SOCK", None = "none";

    /// <summary>The forwards of the command line and of the configuration.</summary>
    /// <exception cref="FormatException">One is wrong.</exception>
    public static ForwardPlan PlanOf(SshSettings settings)
    {
        // As in ssh: standard input and output are the only way then.
        if (settings.IsYes(SshKeys.ClearAllForwardings) || settings.Find(SshKeys.StdioForward) is not null)
            return new();
        return new()
        {
            Local = [.. Values(settings, ConfigurationKeys.LocalForward).Select(ForwardSpecification.Parse)],
            Remote = [.. Values(settings, ConfigurationKeys.RemoteForward).Select(RemoteOf)],
            Dynamic = [.. Values(settings, ConfigurationKeys.DynamicForward).Select(ListenPoint.Parse)],
            UsualAddress = settings.IsYes(SshKeys.GatewayPorts) ? IPAddress.IPv6Any : IPAddress.Loopback,
            Failure = settings.IsYes(SshKeys.ExitOnForwardFailure) ? ForwardFailure.Ends : ForwardFailure.IsTold,
        };
    }

    /// <summary>The target of <c>-W</c>; null: it is not given.</summary>
    /// <exception cref="FormatException">It is wrong.</exception>
    public static ForwardTarget? StdioTarget(SshSettings settings)
        => settings.Find(SshKeys.StdioForward) is { } text ? ForwardSpecification.ParseTarget(text) : null;

    /// <summary>Forwards the agent, if that is asked for and there is one.</summary>
    /// <param name="client">The connection to the server.</param>
    /// <param name="settings">What applies to the call.</param>
    /// <param name="log">Told of what goes wrong.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>Its <see cref="RemoteForwarder.Address"/> is the socket at the server; null: no agent is forwarded.</returns>
    public static async Task<RemoteForwarder?> StartAgentAsync(
        RemoteShellClient client, SshSettings settings, SshLog log, CancellationToken cancellationToken)
    {
        if (AgentOf(settings) is not { } socket)
            return null;
        if (!File.Exists(socket))
        {
            log.Say($"the agent is not forwarded: there is no socket {socket}");
            return null;
        }

        try
        {
            return await RemoteForwarder.StartAsync(
                client, RemoteListen.Agent, ForwardTarget.Unix(socket), new() { Failed = log.Say }, cancellationToken);
        }
        catch (Exception e) when (e is RequestRefusedException or CommandNotStartedException)
        {
            log.Say($"the agent is not forwarded: {e.Message}");
            return null;
        }
    }

    /// <summary>The command with the variable that tells programs where the agent is.</summary>
    public static RemoteCommand WithAgent(RemoteCommand command, RemoteForwarder? agent)
    {
        if (agent is null)
            return command;
        var variables = new Dictionary<string, string>(command.Environment ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            [AgentVariable] = agent.Address,
        };
        return command with { Environment = variables };
    }

    private static IEnumerable<string> Values(SshSettings settings, ConfigurationKey key)
        => settings.All(key).Select(setting => string.Join(':', setting.Values));

    private static ForwardSpecification RemoteOf(string text)
    {
        bool isPlaceOnly = ForwardSpecification.Split(text).Count < 3 && !text.Contains('/', StringComparison.Ordinal);
        return isPlaceOnly
            ? throw new UsageException($"-R {text} has no target: a SOCKS proxy at the server cannot be done here", SshHelp.Hint)
            : ForwardSpecification.Parse(text);
    }

    // As in ssh_config: yes is the agent of this process, $NAME that of a variable, anything else is a path.
    private static string? AgentOf(SshSettings settings)
    {
        string? own = settings.Find(SshKeys.IdentityAgent) is { } named and not "SSH_AUTH_SOCK"
            ? named == None ? null : SshPaths.Expand(named, settings.Host)
            : Environment.GetEnvironmentVariable(AgentVariable);
        return settings.Find(SshKeys.ForwardAgent) switch
        {
            null or "no" or "false" => null,
            "yes" or "true" => own ?? "",
            ['$', .. var name] => Environment.GetEnvironmentVariable(name) ?? "",
            var path => SshPaths.Expand(path, settings.Host),
        };
    }
}
