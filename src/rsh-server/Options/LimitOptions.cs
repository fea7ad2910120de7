using System.CommandLine;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options of the server's times, limits and quotas.</summary>
internal static class LimitOptions
{
    // Bytes.
    private const int MinStreamMemory = 65536;

    private static readonly ServerLimits Limits = new();
    private static readonly ServerOptions Defaults = new();

    private static readonly Option<TimeSpan?> KillGrace = Time(
        "--kill-grace", "Time between TERM and KILL, when the server ends a command", Defaults.KillGrace);

    private static readonly Option<TimeSpan?> StopGrace = Time(
        "--stop-grace", "How long running commands may continue when the server stops", Defaults.StopGrace);

    private static readonly Option<TimeSpan?> DrainGrace = Time(
        "--drain-grace",
        "After a command exits: how long to keep reading its output if another process still holds the pipe open",
        Defaults.DrainGrace);

    // A third of it is the time between two questions.
    private static readonly Option<TimeSpan?> Keepalive = DurationOption.Create(
        "--keepalive",
        $"How long a client may be silent before its connection counts as lost, at least 1s [{Words(Defaults.KeepaliveTimeout)}].",
        TimeSpan.FromSeconds(1));

    private static readonly Option<TimeSpan?> HandshakeTime = Time(
        "--handshake-time", "How long a handshake and the client's first message may take", Limits.HandshakeTime);

    private static readonly Option<TimeSpan?> KeepTime = Time(
        "--keep-time", "How long to keep the records of ended jobs, and the output of detached ones", Defaults.KeepTime);

    private static readonly Option<int?> KeepJobs = CountOption.Create(
        "--keep-jobs", "Keep at most this many ended jobs of each key", Defaults.KeepJobs);

    private static readonly Option<long?> JobQuota = SizeOption.Create(
        "--job-quota",
        "Maximum size on disk per job of output that the client has not received; for a detached job, for all its output",
        Defaults.JobQuota);

    private static readonly Option<long?> TotalQuota = SizeOption.Create(
        "--total-quota", "Maximum size on disk of the output of all jobs together, counted like --job-quota", Defaults.TotalQuota);

    private static readonly Option<long?> FileQuota = new("--file-quota")
    {
        Description = "Maximum size of the files that one key has put here together, without holes [no limit].",
        HelpName = "SIZE",
        CustomParser = result => SizeOption.Parse(result, "--file-quota", 0, long.MaxValue),
    };

    private static readonly Option<int?> Connections = CountOption.Create(
        "--max-connections", "Limit the connections of all clients together", Limits.Connections);

    private static readonly Option<int?> PerAddress = CountOption.Create(
        "--max-connections-per-address",
        "Limit the connections from one address, and those of one key through tunnels",
        Limits.ConnectionsPerAddress);

    private static readonly Option<int?> Handshakes = CountOption.Create(
        "--max-handshakes", "Limit the number of simultaneous TLS handshakes; four times as many connections wait", Limits.Handshakes);

    private static readonly Option<int?> Channels = CountOption.Create(
        "--max-channels", "Limit the channels of one connection", Limits.Channels);

    private static readonly Option<int?> Jobs = CountOption.Create("--max-jobs", "Limit the running jobs of one key", Limits.Jobs);

    private static readonly Option<int?> Header = SizeOption.CreateSmall(
        "--max-header", "Limit the size of a frame's header", Limits.Header, HelloLimits.MinHeader);

    private static readonly Option<int?> Body = SizeOption.CreateSmall(
        "--max-body", "Limit the size of a frame's body", Limits.Body, HelloLimits.MinBody);

    private static readonly Option<int?> StreamMemory = SizeOption.CreateSmall(
        "--stream-memory", "How much of each output stream to buffer in memory for a slow client", Limits.StreamMemory, MinStreamMemory);

    private static readonly Option<long?> WindowMemory = SizeOption.Create(
        "--window-memory",
        "How much memory the windows of all streams of one key may take together beyond --stream-memory, over long paths",
        Limits.WindowMemory,
        min: 0);

    public static void AddTo(Command command)
    {
        Option[] times = [KillGrace, StopGrace, DrainGrace, Keepalive, HandshakeTime];
        Option[] records = [KeepTime, KeepJobs, JobQuota, TotalQuota, FileQuota];
        Option[] limits = [Connections, PerAddress, Handshakes, Channels, Jobs, Header, Body, StreamMemory, WindowMemory];
        foreach (Option option in (Option[])[.. times, .. records, .. limits])
            command.Add(option);
    }

    public static ServerOptions Apply(RunValues values, ServerOptions options) => options with
    {
        KillGrace = values.Of(KillGrace) ?? options.KillGrace,
        StopGrace = values.Of(StopGrace) ?? options.StopGrace,
        DrainGrace = values.Of(DrainGrace) ?? options.DrainGrace,
        KeepJobs = values.Of(KeepJobs) ?? options.KeepJobs,
        KeepTime = values.Of(KeepTime) ?? options.KeepTime,
        KeepaliveTimeout = values.Of(Keepalive) ?? options.KeepaliveTimeout,
        JobQuota = values.Of(JobQuota) ?? options.JobQuota,
        TotalQuota = values.Of(TotalQuota) ?? options.TotalQuota,
        FileQuota = values.Of(FileQuota) ?? options.FileQuota,
        Limits = new()
        {
            Connections = values.Of(Connections) ?? Limits.Connections,
            ConnectionsPerAddress = values.Of(PerAddress) ?? Limits.ConnectionsPerAddress,
            Handshakes = values.Of(Handshakes) ?? Limits.Handshakes,
            HandshakeTime = values.Of(HandshakeTime) ?? Limits.HandshakeTime,
            Channels = values.Of(Channels) ?? Limits.Channels,
            Jobs = values.Of(Jobs) ?? Limits.Jobs,
            Header = values.Of(Header) ?? Limits.Header,
            Body = values.Of(Body) ?? Limits.Body,
            StreamMemory = values.Of(StreamMemory) ?? Limits.StreamMemory,
            WindowMemory = values.Of(WindowMemory) ?? Limits.WindowMemory,
        },
    };

    private static Option<TimeSpan?> Time(string name, string description, TimeSpan usual)
        => DurationOption.Create(name, $"{description} [{Words(usual)}].");

    private static string Words(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(1))
            return $"{time.TotalMilliseconds}ms";
        return time < TimeSpan.FromDays(1) ? $"{time.TotalSeconds}s" : $"{time.TotalDays}d";
    }
}
