using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Brokers;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Which hosts get one signed request, under which names, and until when.</summary>
internal sealed class BroadcastPlan
{
    private const int TimedOut = 124, NoResult = 255;

    private readonly IReadOnlyDictionary<string, string> _names;

    private BroadcastPlan(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> names)
        => (Arguments, _names) = (arguments, names);

    /// <summary>The options of <c>rsh-broker</c>.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Until when hosts may start the command, and how much output comes with a result.</summary>
    public required BroadcastLimits Limits { get; init; }

    /// <summary>How long a host that is there may take to say so.</summary>
    public required TimeSpan AnswerTime { get; init; }

    /// <summary>Whether hosts that are away get the request when they are back.</summary>
    public bool WaitsForHosts { get; init; }

    /// <summary>Makes the plan of a command.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="hosts">The hosts.</param>
    /// <param name="tunnels">The command, prepared for each of them.</param>
    /// <returns>Null if each host must be called by itself.</returns>
    /// <exception cref="FormatException">An option needs a broadcast, and there can be none.</exception>
    public static BroadcastPlan? Of(ParseResult parsed, IReadOnlyList<string> hosts, CommandWork tunnels)
    {
        if (hosts.Count == 0)
            return null;
        TimeSpan? whenBack = BroadcastOptions.WhenBackOf(parsed);
        IReadOnlyList<string>? arguments = tunnels.BrokerOf(hosts[0]);
        bool isPossible = arguments is not null
            && BroadcastOptions.Allow(parsed)
            // The client's own key signs the request. A key of ssh that the user has chosen would not count.
            && hosts.All(host => tunnels.Of(host).Connection.Key is null)
            && hosts.All(host => tunnels.BrokerOf(host)?.SequenceEqual(arguments) == true)
            && RunBroadcast.FitsAll(hosts.Select(tunnels.Of));
        if (!isPossible)
        {
            return whenBack is null ? null : throw new UsageException(
                "--when-back needs one broadcast to all hosts",
                "give no other order, input, key of ssh or --sealed, and reach all hosts through one broker, with the same settings");
        }

        Dictionary<string, string> names = hosts
            .ToDictionary(host => host, host => tunnels.Of(host).Connection.Host.Host.ToLowerInvariant());
        if (names.Values.Distinct(StringComparer.Ordinal).Count() < names.Count)
            return null;
        TimeSpan answer = tunnels.Of(hosts[0]).Connection.ConnectTimeout;
        return new(arguments!, names)
        {
            AnswerTime = answer,
            Limits = new() { Start = whenBack ?? answer, Inline = BroadcastOptions.InlineOf(parsed) },
            WaitsForHosts = whenBack is not null,
        };
    }

    /// <summary>The name of a host at the broker.</summary>
    public string NameOf(string host) => _names[host];

    /// <summary>The verdict of a host that has not answered.</summary>
    /// <param name="target">The host.</param>
    /// <param name="notAfter">After this time it does not start the command.</param>
    public HostVerdict Silent(RunTarget target, DateTimeOffset notAfter)
    {
        if (WaitsForHosts && DateTimeOffset.UtcNow < notAfter + BroadcastSession.LastMoment)
        {
            string until = $"{notAfter.ToLocalTime():u}";
            return Without(target, VerdictKind.Lost, $"it did not answer, and may start the command until {until}", hint: null);
        }

        string end = WaitsForHosts ? ", and it does not start the command any more" : "";
        return Without(
            target,
            VerdictKind.Unreachable,
            $"no answer through the broker within {AnswerTime.TotalSeconds:0.###} s{end}",
            "the hosts that are there: rsh-client hosts --broker URL");
    }

    /// <summary>A verdict without a result.</summary>
    public static HostVerdict Without(RunTarget target, VerdictKind kind, string reason, string? hint) => new()
    {
        Host = target.Host,
        Kind = kind,
        ExitStatus = kind == VerdictKind.TimedOut ? TimedOut : NoResult,
        Job = kind == VerdictKind.Unreachable ? null : target.Job,
        Reason = reason,
        Hint = hint,
        Started = DateTimeOffset.UtcNow,
    };
}
