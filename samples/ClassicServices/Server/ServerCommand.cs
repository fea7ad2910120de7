using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ClassicServices.Server.Hosting;

namespace ClassicServices.Server;

/// <summary>The command line of <c>classic-server</c>.</summary>
internal static class ServerCommand
{
    private static readonly Argument<string[]> Names = new("SERVICE")
    {
        Description = $"Which of {string.Join(", ", ServiceTable.All.Select(service => service.Name))}. Default: all that need no flag.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> Port = new("--port") { Description = "Another port for a service; 0 picks one. May be given more than once.", HelpName = "SERVICE=PORT" };
    private static readonly Option<string[]> Bind = new("--bind") { Description = "Where to listen; may be given more than once. Default: 127.0.0.1 and ::1.", HelpName = "ADDRESS" };
    private static readonly Option<string> Idle = new("--idle-timeout") { Description = "How long a TCP client may be silent. Default: 30s for ack, any time for the others.", HelpName = "TIME" };
    private static readonly Option<bool> AllowRemote = new("--allow-remote") { Description = "Allow --bind with an address that other machines reach. Nobody is asked who they are." };
    private static readonly Option<bool> EnableExec = new("--enable-exec") { Description = "Allow the exec services, which run commands for whoever asks." };
    private static readonly Option<bool> NoTime = new("--no-time") { Description = "Let chat leave out the time." };

    public static RootCommand Create()
    {
        var command = new RootCommand("Serves the classic protocols. At its console quit or exit stops it, and any other line prints who is connected.")
        {
            Names, Port, Bind, Idle, AllowRemote, EnableExec, NoTime,
        };
        command.SetAction((parsed, _) => RunAsync(OptionsOf(parsed)));
        return command;
    }

    private static ClassicOptions OptionsOf(ParseResult parsed)
    {
        bool exec = parsed.GetValue(EnableExec);
        if (parsed.GetValue(Names)?.FirstOrDefault(name => name.StartsWith('-')) is { } option)
            throw new FormatException($"there is no option '{option}'");
        Service[] services = [.. (parsed.GetValue(Names) ?? []).Select(ServiceTable.Find).Distinct()];
        if (services.FirstOrDefault(service => service.RunsCommands && !exec) is { } dangerous)
            throw new FormatException($"{dangerous.Name} runs commands for whoever asks, without asking who that is; give --enable-exec if that is what you want");
        if (services.Length == 0)
            services = [.. ServiceTable.All.Where(service => exec || !service.RunsCommands)];
        IPAddress[] addresses = [.. (parsed.GetValue(Bind) ?? []).Select(ParseAddress)];
        if (!parsed.GetValue(AllowRemote) && addresses.FirstOrDefault(address => !IPAddress.IsLoopback(address)) is { } open)
            throw new FormatException($"{open} can be reached from other machines, and nobody is asked who they are; give --allow-remote if that is what you want");
        return new()
        {
            Services = services,
            Addresses = addresses.Length > 0 ? [.. addresses.Distinct()] : Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback],
            Ports = (parsed.GetValue(Port) ?? []).Select(ParsePort).GroupBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Last().Value, StringComparer.Ordinal),
            IdleTimeout = parsed.GetValue(Idle) is { } idle ? ParseTime(idle) : null,
            NoTime = parsed.GetValue(NoTime),
            Say = Console.Error.WriteLine,
        };
    }

    private static async Task<int> RunAsync(ClassicOptions options)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using ClassicHost host = ClassicHost.Start(options);
        foreach ((string service, ProtocolType protocol, IPEndPoint address) in host.Listening)
            Console.WriteLine($"{service} listens on {address} ({protocol.ToString().ToLowerInvariant()})");
        // Reading the console blocks, and must not keep the server from being stopped otherwise.
        new Thread(() => Attend(host, stop)) { IsBackground = true }.Start();
        await stop.Task;
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
    }

    // Where the console has ended, as in the background, signals stop the server.
    private static void Attend(ClassicHost host, TaskCompletionSource stop)
    {
        try
        {
            while (Console.ReadLine() is { } line)
            {
                if (line.Trim() is "quit" or "exit")
                {
                    stop.TrySetResult();
                    return;
                }

                (string Service, Conversation Peer)[] present = [.. host.Present.OrderBy(one => one.Peer.Since)];
                foreach ((string service, Conversation peer) in present)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{service} {peer.Peer} since {peer.Since:HH:mm:ss}"));
                Console.WriteLine($"{present.Length} connected; quit or exit stops the server");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no console to speak of, or nobody reads it: the services go on.
        }
    }

    private static TimeSpan ParseTime(string text)
        => RemoteShell.Protocol.Duration.Parse(text) is { } time && time > TimeSpan.Zero ? time : throw new FormatException("--idle-timeout must be longer than nothing");

    private static IPAddress ParseAddress(string text) => IPAddress.TryParse(text, out IPAddress? address) ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address : throw new FormatException($"--bind takes an address, and '{text}' is none");

    private static KeyValuePair<string, int> ParsePort(string text)
    {
        string[] pair = text.Split('=');
        return pair.Length == 2 && ushort.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? new(ServiceTable.Find(pair[0]).Name, port)
            : throw new FormatException($"--port takes SERVICE=PORT, and not '{text}'");
    }
}
