using System.CommandLine;
using System.Net.Sockets;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Client.Forwarding;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Ports that are forwarded while a command runs.</summary>
internal static class ForwardOptions
{
    /// <summary>Ports of this machine that lead to targets at the server's side.</summary>
    public static Option<string[]> Local { get; } = new("--local-forward", "-L")
    {
        Description = "Carry connections to this port through the server to HOST:HOSTPORT; BIND is loopback unless given. Repeatable. "
            + "The server must permit it.",
        HelpName = "[BIND:]PORT:HOST:HOSTPORT",
    };

    /// <summary>Starts to listen, for the commands that have the option.</summary>
    /// <returns>Closes the ports when it is disposed.</returns>
    /// <exception cref="FormatException">A value is wrong.</exception>
    /// <exception cref="RemoteShellException">A port cannot be used.</exception>
    public static async Task<IAsyncDisposable> StartAsync(ParseResult parsed, RemoteShellClient client)
    {
        var started = new Forwarders();
        try
        {
            foreach (string text in parsed.GetValue(Local) ?? [])
                started.Add(Start(ForwardSpecification.Parse(text), client));
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    private static LocalForwarder Start(ForwardSpecification forward, RemoteShellClient client)
    {
        try
        {
            var started = LocalForwarder.Start(client, forward.Listen, forward.Target, UserMessages.Say);
            if (forward.Listen.Port == 0)
                UserMessages.Say($"forwarding {started.Address} to {forward.Target}");
            return started;
        }
        catch (SocketException e)
        {
            throw new RemoteShellException($"cannot listen on {forward.Listen}: {e.Message}", e) { Hint = "choose another port" };
        }
    }

    private sealed class Forwarders : IAsyncDisposable
    {
        private readonly List<LocalForwarder> _all = [];

        public void Add(LocalForwarder one) => _all.Add(one);

        public async ValueTask DisposeAsync()
        {
            foreach (LocalForwarder one in _all)
                await one.DisposeAsync();
        }
    }
}
