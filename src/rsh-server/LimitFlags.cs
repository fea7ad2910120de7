using System.CommandLine;
using RemoteShell.Protocol;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server;

/// <summary>The flags of the server's limits and times.</summary>
internal static class LimitFlags
{
    private static readonly ServerLimits Usual = new();
    private static readonly ServerOptions UsualOptions = new();

    private static readonly Option<int> Connections = Count("--max-connections", "Connections in all.", Usual.Connections);
    private static readonly Option<int> PerAddress = Count("--max-connections-per-address", "Connections from one address.", Usual.ConnectionsPerAddress);
    private static readonly Option<int> Handshakes = Count("--max-handshakes", "TLS handshakes under way.", Usual.Handshakes);
    private static readonly Option<int> Channels = Count("--max-channels", "Channels of one connection.", Usual.Channels);
    private static readonly Option<int> Jobs = Count("--max-jobs", "Running jobs of one connection.", Usual.Jobs);
    private static readonly Option<int> Header = Count("--max-header", "Bytes of a frame's header.", Usual.Header, least: 1024);
    private static readonly Option<int> Body = Count("--max-body", "Bytes of a frame's body.", Usual.Body, least: 1024);
    private static readonly Option<int> StreamMemory = Count("--stream-memory", "Bytes of each output stream held for a slow client.", Usual.StreamMemory, least: 65536);
    private static readonly Option<TimeSpan?> HandshakeTime = Time("--handshake-time", "Time for a client to shake hands.", Usual.HandshakeTime);
    private static readonly Option<TimeSpan?> KillGrace = Time("--kill-grace", "Time between TERM and KILL.", UsualOptions.KillGrace);
    private static readonly Option<TimeSpan?> StopGrace = Time("--stop-grace", "Time for running commands to end when the server stops.", UsualOptions.StopGrace);
    private static readonly Option<TimeSpan?> DrainGrace = Time("--drain-grace", "Time for which a left-behind process's silent pipe is waited for.", UsualOptions.DrainGrace);

    public static void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Connections, PerAddress, Handshakes, HandshakeTime, Channels, Jobs, Header, Body, StreamMemory, KillGrace, StopGrace, DrainGrace })
            command.Add(option);
    }

    public static ServerOptions Apply(ParseResult parsed, ServerOptions options) => options with
    {
        KillGrace = parsed.GetValue(KillGrace) ?? options.KillGrace,
        StopGrace = parsed.GetValue(StopGrace) ?? options.StopGrace,
        DrainGrace = parsed.GetValue(DrainGrace) ?? options.DrainGrace,
        Limits = new()
        {
            Connections = parsed.GetValue(Connections),
            ConnectionsPerAddress = parsed.GetValue(PerAddress),
            Handshakes = parsed.GetValue(Handshakes),
            HandshakeTime = parsed.GetValue(HandshakeTime) ?? Usual.HandshakeTime,
            Channels = parsed.GetValue(Channels),
            Jobs = parsed.GetValue(Jobs),
            Header = parsed.GetValue(Header),
            Body = parsed.GetValue(Body),
            StreamMemory = parsed.GetValue(StreamMemory),
        },
    };

    private static Option<int> Count(string name, string description, int usual, int least = 1)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int count) && count < least)
                result.AddError($"{name} must be at least {least}, not {count}");
        });
        return option;
    }

    private static Option<TimeSpan?> Time(string name, string description, TimeSpan usual) => new(name)
    {
        Description = $"{description} Default: {(usual < TimeSpan.FromSeconds(1) ? $"{usual.TotalMilliseconds}ms" : $"{usual.TotalSeconds}s")}.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            try
            {
                return Duration.Parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
                return null;
            }
        },
    };
}
