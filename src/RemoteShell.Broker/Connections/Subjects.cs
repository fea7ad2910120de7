namespace RemoteShell.Broker.Connections;

/// <summary>The subjects of the broker's messages. docs/broker.md lists them.</summary>
internal static class Subjects
{
    // A broker ends a connection that sends a longer line than 4 KiB.
    private const int MaxAnswers = 512;

    /// <summary>Who wants a tunnel to the host asks here.</summary>
    public static string Open(string host) => $"rsh.open.{host}";

    /// <summary>The messages of a tunnel to the host.</summary>
    public static string Up(string host, string tunnel) => $"rsh.up.{host}.{tunnel}";

    /// <summary>The messages of all tunnels to the host.</summary>
    public static string AllUp(string host) => Up(host, "*");

    /// <summary>The signed request of a run.</summary>
    public static string Request(string run) => $"rsh.request.{run}";

    /// <summary>The signed requests of all runs.</summary>
    public const string AllRequests = "rsh.request.*";

    /// <summary>What a host says about a run: that it has the request, or its signed result.</summary>
    public static string Result(string run, string host) => $"rsh.result.{run}.{host}";

    /// <summary>What all hosts say about a run.</summary>
    public static string Results(string run) => $"rsh.result.{run}.>";

    /// <summary>What all hosts say about all runs.</summary>
    public const string AllResults = "rsh.result.>";

    /// <summary>The host of a subject of <see cref="Result"/>.</summary>
    public static string HostOfResult(string subject, string run) => subject[$"rsh.result.{run}.".Length..];

    /// <summary>Whether a host may answer there: not on a subject that hosts or the broker listen to, or that is not one subject.</summary>
    public static bool MayAnswer(string subject)
        => subject.Length is > 0 and <= MaxAnswers
            && subject.All(c => c is > ' ' and <= '~' and not ('*' or '>'))
            && subject.Split('.') is [not "rsh", ..] tokens
            && tokens.All(token => token.Length > 0)
            && !subject.StartsWith('$');
}
