using RemoteShell.Cli.Client.Output;
using RemoteShell.Keys;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Where the keys of ssh are with which a client may come.</summary>
/// <param name="agent">The agent; null: there is none, or it is not asked.</param>
internal class KeySources(SshAgent? agent)
{
    /// <summary>The socket of the agent of the environment; null: there is none.</summary>
    public static string? Socket => Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") is { Length: > 0 } path ? path : null;

    /// <summary>The keys of the agent, of which a server picks one; null: none.</summary>
    public KeyRing? Ring { get; init; } = agent is null ? null : new(agent);

    /// <summary>The key of a file.</summary>
    public virtual KeySigner SignerOf(string path) => new FileSigner(path, agent) { Asked = UserMessages.Say };

    /// <summary>The agent of the environment.</summary>
    /// <param name="noticed">Receives that the agent is waited for, if there is a terminal.</param>
    public static KeySources OfEnvironment(Action<string> noticed)
        => new(Socket is { } path ? new SshAgent(path) { Waiting = OnTerminal(noticed) } : null);

    /// <summary>What receives that an agent is waited for; null: nothing, since no user sees it.</summary>
    public static Action<string>? OnTerminal(Action<string> noticed) => Console.IsErrorRedirected ? null : noticed;
}
