using System.CommandLine;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The flags of the server's limits and times.</summary>
internal static class LimitOptions
{
    private static readonly ServerLimits Usual = new();
    private static readonly ServerOptions UsualOptions = new();

    private static readonly Option<int> Connections = Count("--max-connections", "Connections in all.", Usual.Connections);
    private static readonly Option<int> PerAddress = Count("--max-connections-per-address", "Connections from one address.", Usual.ConnectionsPerAddress);
    private static readonly Option<int> Handshakes = Count("--max-handshakes", "TLS handshakes under way.", Usual.Handshakes);
    private static readonly Option<int> Channels = Count("--max-channels", "Channels of one connection.", Usual.Channels);
    private static readonly Option<int> Jobs = Count("--max-jobs", "Running jobs of one key.", Usual.Jobs);
    private static readonly Option<int> Header = Count("--max-header", "Bytes of a frame's header.", Usual.Header, least: 1024);
    private static readonly Option<int> Body = Count("--max-body", "Bytes of a frame's body.", Usual.Body, least: 1024);
    private static readonly Option<int> StreamMemory = Count("--stream-memory", "Bytes of each output stream held for a slow client.", Usual.StreamMemory, least: 65536);
    private static readonly Option<TimeSpan?> HandshakeTime = Time("--handshake-time", "Time for a client to shake hands.", Usual.HandshakeTime);
    private static readonly Option<TimeSpan?> KillGrace = Time("--kill-grace", "Time between TERM and KILL.", UsualOptions.KillGrace);
    private static readonly Option<TimeSpan?> StopGrace = Time("--stop-grace", "Time for running commands to end when the server stops.", UsualOptions.StopGrace);
    private static readonly Option<TimeSpan?> DrainGrace = Time("--drain-grace", "Time for which a left-behind process's silent pipe is waited for.", UsualOptions.DrainGrace);

    private static readonly Option<int> KeepJobs = Count("--keep-jobs", "Jobs of a key that have ended and are remembered.", UsualOptions.KeepJobs);
    private static readonly Option<TimeSpan?> KeepTime = Time("--keep-time", "Time for which they are remembered, detached ones with their output.", UsualOptions.KeepTime);
    private static readonly Option<TimeSpan?> Keepalive = Time("--keepalive", "Silence after which a client counts as gone.", UsualOptions.KeepaliveTimeout);
    private static readonly Option<long> JobQuota = Size("--job-quota", "Bytes on disk for a job's output that nobody has taken; all of it for a detached one.", UsualOptions.JobQuota);
    private static readonly Option<long> TotalQuota = Size("--total-quota", "The same for all jobs together.", UsualOptions.TotalQuota);

    public static void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Connections, PerAddress, Handshakes, HandshakeTime, Channels, Jobs, Header, Body, StreamMemory, KillGrace, StopGrace, DrainGrace, KeepJobs, KeepTime, Keepalive, JobQuota, TotalQuota })
            command.Add(option);
    }

    public static ServerOptions Apply(ParseResult parsed, ServerOptions options) => options with
    {
        KillGrace = parsed.GetValue(KillGrace) ?? options.KillGrace,
        StopGrace = parsed.GetValue(StopGrace) ?? options.StopGrace,
        DrainGrace = parsed.GetValue(DrainGrace) ?? options.DrainGrace,
        KeepJobs = parsed.GetValue(KeepJobs),
        KeepTime = parsed.GetValue(KeepTime) ?? options.KeepTime,
        KeepaliveTimeout = parsed.GetValue(Keepalive) ?? options.KeepaliveTimeout,
        JobQuota = parsed.GetValue(JobQuota),
        TotalQuota = parsed.GetValue(TotalQuota),
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

    private static Option<long> Size(string name, string description, long usual)
    {
        var option = new Option<long>(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "BYTES" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && long.TryParse(result.Tokens[0].Value, out long size) && size < 65536)
                result.AddError($"{name} must be at least 65536, not {size}");
        });
        return option;
    }

    private static Option<TimeSpan?> Time(string name, string description, TimeSpan usual)
        => DurationOption.Create(name, $"{description} Default: {(usual < TimeSpan.FromSeconds(1) ? $"{usual.TotalMilliseconds}ms" : usual < TimeSpan.FromDays(1) ? $"{usual.TotalSeconds}s" : $"{usual.TotalDays}d")}.");
}
