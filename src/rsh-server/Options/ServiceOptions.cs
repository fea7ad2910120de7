using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Server;
using Serilog.Events;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options of the server itself: where it listens, what it logs, and how it starts commands.</summary>
internal static class ServiceOptions
{
    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = "Listen on this address, on all addresses with '*:PORT', or on loopback with PORT alone; or on a unix socket, for a "
            + "program that carries connections here; repeatable [7022: loopback, IPv4 and IPv6]. Port 0 picks a free port.",
        HelpName = "HOST:PORT|PORT|unix:PATH",
    };

    private static readonly Option<bool> Udp = new("--udp")
    {
        Description = "Answer UDP pings of 'rsh-client ping --udp' on the same ports; no key is needed [off].",
    };

    private static readonly Option<bool> Forwarding = new("--allow-forwarding")
    {
        Description = "Let each key forward connections to and from this machine, also on addresses that are not loopback "
            + "[only as permitopen= and permitlisten= of a key say].",
    };

    private static readonly Option<string[]> PermitOpen = new("--permit-open")
    {
        Description = "Let each key forward connections to this target, and limit --allow-forwarding to it; * and ? are patterns, "
            + "and the port * is any; 'any' or 'none' for all or no targets; repeatable [as --allow-forwarding says].",
        HelpName = "HOST:PORT|/PATH",
    };

    private static readonly Option<string[]> PermitListen = new("--permit-listen")
    {
        Description = "Let each key forward connections from this address of this machine, and limit --allow-forwarding to it; PORT alone "
            + "is loopback; patterns, 'any' and 'none' as with --permit-open; repeatable [as --allow-forwarding says].",
        HelpName = "[HOST:]PORT|/PATH",
    };

    private static readonly Option<string> HostCertificate = new Option<string>("--host-certificate")
    {
        Description = "Show clients this certificate of OpenSSH for the host key, for their @cert-authority in known_hosts; "
            + "read again on SIGHUP [none].",
        HelpName = "FILE",
    }.NotEmpty();

    private static readonly Option<string> PortFile = new Option<string>("--port-file")
    {
        Description = "Write the port to this file once the server listens.",
        HelpName = "FILE",
    }.NotEmpty();

    private static readonly Option<string> Level = new Option<string>("--log-level")
    {
        Description = "Write to the log all messages of this level and of more severe levels [information].",
        HelpName = "debug|information|warning|error",
    }.OneOf("debug", "information", "warning", "error");

    private static readonly Option<string> Launcher = new Option<string>("--launcher")
    {
        Description = "Start commands with CliWrap, or with posix_spawn (Linux), which starts a command about 0.4 ms faster "
            + "and always knows the signal that ended it [cliwrap].",
        HelpName = "cliwrap|posix_spawn",
    }.OneOf("cliwrap", "posix_spawn");

    private static readonly Option<string> Shell = new Option<string>("--shell")
    {
        Description = "Run command lines in this shell [the login shell of the server's user]. "
            + "A service account whose login shell is nologin needs it.",
        HelpName = "PATH",
    }.NotEmpty();

    public static void AddTo(Command command)
    {
        Option[] all = [Listen, Udp, Forwarding, PermitOpen, PermitListen, HostCertificate, PortFile, Level, Launcher, Shell];
        foreach (Option option in all)
            command.Add(option);
    }

    public static ServerOptions Apply(RunValues values, ServerOptions options)
    {
        IReadOnlyList<ListenAddress> listen = values.ConvertEach(Listen, ListenAddress.Resolve);
        return options with
        {
            Listen = listen.Count > 0 ? [.. listen.SelectMany(one => one.EndPoints)] : options.Listen,
            ListenSockets = [.. listen.Select(one => one.Socket).OfType<string>()],
            AnswersProbes = values.Of(Udp),
            AllowsForwarding = values.Of(Forwarding),
            PermitOpen = values.ConvertEach(PermitOpen, text => Rule("--permit-open", text, ForwardRule.ParseOpen)),
            PermitListen = values.ConvertEach(PermitListen, text => Rule("--permit-listen", text, ForwardRule.ParseListen)),
            HostCertificateFile = values.Convert(HostCertificate, Path.GetFullPath),
            Shell = values.Convert(Shell, Executable),
            Launcher = values.Of(Launcher) == "posix_spawn" ? CommandLauncher.PosixSpawn : CommandLauncher.CliWrap,
        };
    }

    /// <summary>The lowest level that is logged.</summary>
    public static LogEventLevel LogLevel(RunValues values)
        => Enum.Parse<LogEventLevel>(values.Of(Level) ?? "information", ignoreCase: true);

    /// <summary>The file that gets the port; null: none does.</summary>
    public static string? PortFileOf(RunValues values, ServerOptions options) => values.Convert(
        PortFile, file => options.Listen.Count > 0 ? file : throw new FormatException("--port-file: the server listens on no TCP port"));

    private static ForwardRule Rule(string option, string text, Func<string, ForwardRule> parse)
    {
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{option}: {e.Message}", e);
        }
    }

    private static string Executable(string shell)
    {
        string path = Path.GetFullPath(shell);
        return File.Exists(path) ? path : throw new FormatException($"--shell: there is no file {path}");
    }
}
