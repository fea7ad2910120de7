using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Forwarding;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client forward</c>: carries connections until Ctrl+C.</summary>
internal static class ForwardCommand
{
    private static readonly Argument<string[]> Pairs = new("LISTEN=TARGET")
    {
        Description = "LISTEN is [BIND:]PORT of this machine, or the path of a unix socket; BIND is loopback unless given, and port 0 lets "
            + "the system choose. TARGET is HOST:PORT at the server's side, a port of the server itself, or a path there.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> Remote = new("--remote", "-R")
    {
        Description = "The other way: LISTEN is at the server, and TARGET at this side. Repeatable.",
        HelpName = "LISTEN=TARGET",
    };

    private static readonly Option<string[]> Socks = new("--socks", "-D")
    {
        Description = "A SOCKS proxy (4a and 5) on this port; the server resolves names and connects. Repeatable.",
        HelpName = "[BIND:]PORT",
    };

    private static readonly Option<string> Disconnect = new("--on-disconnect")
    {
        Description = "How long the server keeps connections while this client is away: kill, keep or keep:TIME [keep:60s].",
        HelpName = "kill|keep|keep:TIME",
    };

    public static Command Create()
    {
        var command = new DocumentedCommand("forward", "Carry connections to the server's side, or from there.")
        {
            Details =
            [
                "Runs until Ctrl+C. After a lost connection the ports stay: new connections wait for the reconnect, and the others go on " +
                "at the exact byte. The server must permit it: rsh-server run --allow-forwarding, or permitopen and permitlisten of a key.",
            ],
            Examples =
            [
                "forward server.example 8080=localhost:80",
                "forward server.example 5432=db.internal:5432 /tmp/docker.sock=/run/docker.sock",
                "forward server.example --remote 9000=localhost:3000",
                "forward server.example --socks 1080",
            ],
        };
        command.Add(HostOptions.Host);
        command.Add(Pairs);
        foreach (Option option in (Option[])[Remote, Socks, Disconnect])
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var plan = new ForwardPlan
        {
            Local = [.. (parsed.GetValue(Pairs) ?? []).Select(ForwardSpecification.ParsePair)],
            Remote = [.. (parsed.GetValue(Remote) ?? []).Select(ForwardSpecification.ParsePair)],
            Dynamic = [.. (parsed.GetValue(Socks) ?? []).Select(ListenPoint.Parse)],
        };
        if (plan.IsEmpty)
            throw new UsageException("there is nothing to forward", "name it, for example: rsh-client forward HOST 8080=localhost:80");
        string host = parsed.GetValue(HostOptions.Host)!;
        var usual = new ForwardingOptions();
        var traffic = new ForwardTraffic();
        var status = new ForwardStatus(host, traffic);
        var options = new ForwardingOptions
        {
            OnDisconnect = DisconnectOption.PolicyOf(parsed, Disconnect) ?? usual.OnDisconnect,
            Traffic = traffic,
        };
        using var interrupts = new Interrupts();
        ClientOptions connection = HostOptions.OnOwnConnection(HostOptions.Options(parsed, host, status.Say));
        connection = connection with { Lost = reason => status.Say($"lost the connection to {host}, reconnecting: {reason}") };
        await using RemoteShellClient client = await HostOptions.ConnectAsync(connection, interrupts.Cancelled);
        await using RunningForwards running = await RunningForwards.StartAsync(client, plan, options, status.Say, interrupts.Cancelled);
        foreach (string line in running.Lines)
            status.Say(line);
        await Task.WhenAll(status.ShowAsync(client, interrupts.Cancelled), running.KeepAsync(interrupts.Cancelled));
        return 0;
    }
}
