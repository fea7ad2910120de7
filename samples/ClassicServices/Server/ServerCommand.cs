using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ClassicServices.Server.Conversations;
using ClassicServices.Server.Hosting;
using RemoteShell.Protocol;

namespace ClassicServices.Server;

/// <summary>The command line of <c>classic-server</c>.</summary>
internal static class ServerCommand
{
    private static readonly Argument<string[]> Names = new("SERVICE")
    {
        Description = $"Run these of {string.Join(", ", ServiceTable.All.Select(one => one.Name))} [all; exec-* only with --enable-exec].",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> Port = new("--port")
    {
        Description = "Use another port for a service; 0 picks a free one. May be given more than once.",
        HelpName = "SERVICE=PORT",
    };

    private static readonly Option<string[]> Bind = new("--bind")
    {
        Description = "Listen on this address; may be given more than once [127.0.0.1 and ::1].",
        HelpName = "ADDRESS",
    };

    private static readonly Option<string> Idle = new("--idle-timeout")
    {
        Description = "How long a TCP client may be silent [30s for ack, no limit for the others].",
        HelpName = "TIME",
    };

    private static readonly Option<bool> AllowRemote = new("--allow-remote")
    {
        Description = "Allow --bind with an address that other machines can reach. There is no authentication.",
    };

    private static readonly Option<bool> EnableExec = new("--enable-exec")
    {
        Description = "Allow the exec services, which run commands for any client.",
    };

    private static readonly Option<bool> NoTime = new("--no-time") { Description = "Omit the time in chat." };

    public static RootCommand Create()
    {
        var command = new RootCommand("Serve the classic protocols. Type quit or exit to stop, or any other line to list the clients.")
        {
            Names, Port, Bind, Idle, AllowRemote, EnableExec, NoTime,
        };
        command.SetAction((parsed, _) => RunAsync(OptionsOf(parsed)));
        return command;
    }

    private static ClassicOptions OptionsOf(ParseResult parsed) => new()
    {
        Services = ServicesOf(parsed),
        Addresses = AddressesOf(parsed),
        Ports = PortsOf(parsed),
        IdleTimeout = parsed.GetValue(Idle) is { } idle ? ParseTime(idle) : null,
        NoTime = parsed.GetValue(NoTime),
        Log = Console.Error.WriteLine,
    };

    private static Service[] ServicesOf(ParseResult parsed)
    {
        string[] names = parsed.GetValue(Names) ?? [];
        bool isExecEnabled = parsed.GetValue(EnableExec);
        if (names.FirstOrDefault(name => name.StartsWith('-')) is { } option)
            throw new FormatException($"there is no option '{option}'");
        Service[] services = [.. names.Select(ServiceTable.Find).Distinct()];
        if (services.FirstOrDefault(service => service.RunsCommands && !isExecEnabled) is { } dangerous)
            throw new FormatException($"{dangerous.Name} runs commands for any unauthenticated client; allow it with --enable-exec");
        if (services.Length == 0)
            services = [.. ServiceTable.All.Where(service => isExecEnabled || !service.RunsCommands)];
        return services;
    }

    private static IPAddress[] AddressesOf(ParseResult parsed)
    {
        IPAddress[] addresses = [.. (parsed.GetValue(Bind) ?? []).Select(ParseAddress).Distinct()];
        if (!parsed.GetValue(AllowRemote) && addresses.FirstOrDefault(address => !IPAddress.IsLoopback(address)) is { } open)
            throw new FormatException($"{open} can be reached from other machines, without authentication; allow it with --allow-remote");
        if (addresses.Length > 0)
            return addresses;
        return Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
    }

    // The last --port of a service counts.
    private static Dictionary<string, int> PortsOf(ParseResult parsed)
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string text in parsed.GetValue(Port) ?? [])
        {
            (string service, int port) = ParsePort(text);
            ports[service] = port;
        }

        return ports;
    }

    private static async Task<int> RunAsync(ClassicOptions options)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using ClassicHost host = ClassicHost.Start(options);
        foreach ((string service, ProtocolType protocol, IPEndPoint address) in host.Listening)
            Console.WriteLine($"{service} listens on {address} ({protocol.ToString().ToLowerInvariant()})");
        // Reading the console blocks its thread; a signal must stop the server all the same.
        new Thread(() => ReadConsole(host, stop)) { IsBackground = true }.Start();
        await stop.Task;
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
    }

    // After the end of the console's input, as in the background, only signals stop the server.
    private static void ReadConsole(ClassicHost host, TaskCompletionSource stop)
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

                (string Service, Conversation Peer)[] connected = [.. host.Connected.OrderBy(one => one.Peer.Since)];
                foreach ((string service, Conversation peer) in connected)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{service} {peer.Peer} since {peer.Since:HH:mm:ss}"));
                Console.WriteLine($"{connected.Length} connected; quit or exit stops the server");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The console cannot be read or written: the services continue.
        }
    }

    private static TimeSpan ParseTime(string text)
    {
        TimeSpan time = Duration.Parse(text);
        return time > TimeSpan.Zero ? time : throw new FormatException("--idle-timeout must be longer than 0");
    }

    private static IPAddress ParseAddress(string text)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address))
            throw new FormatException($"--bind takes an address; '{text}' is not an address");
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static (string Service, int Port) ParsePort(string text)
    {
        string[] pair = text.Split('=');
        if (pair.Length != 2 || !ushort.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            throw new FormatException($"--port takes SERVICE=PORT, not '{text}'");
        return (ServiceTable.Find(pair[0]).Name, port);
    }
}
