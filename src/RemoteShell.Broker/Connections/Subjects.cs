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
    /// <param name="signer">The fingerprint of the key that has signed the request.</param>
    /// <param name="run">The run.</param>
    /// <param name="host">The host.</param>
    /// <remarks>The key stands first, so that a broker can permit each client to read the results of its own runs only.</remarks>
    public static string Result(string signer, string run, string host) => $"rsh.result.{TokenOf(signer)}.{run}.{host}";

    /// <summary>What all hosts say about a run.</summary>
    public static string Results(string signer, string run) => Result(signer, run, ">");

    /// <summary>What all hosts say about all runs.</summary>
    public const string AllResults = "rsh.result.>";

    /// <summary>The host of a subject of <see cref="Result"/>.</summary>
    public static string HostOfResult(string subject) => subject.Split('.', 5)[4];

    /// <summary>Whether a host may answer there: not on a subject that hosts or the broker listen to, or that is not one subject.</summary>
    public static bool MayAnswer(string subject)
        => subject.Length is > 0 and <= MaxAnswers
            && subject.All(c => c is > ' ' and <= '~' and not ('*' or '>'))
            && subject.Split('.') is [not "rsh", ..] tokens
            && tokens.All(token => token.Length > 0)
            && !subject.StartsWith('$');

    // SHA256:BASE64. Base64 has neither dots nor wildcards.
    private static string TokenOf(string fingerprint) => fingerprint[(fingerprint.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
