using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>Runs a command on many hosts. It is signed once, and each server checks it by itself.</summary>
/// <remarks>
/// Exactly one of <see cref="Command"/>, <see cref="Argv"/> and <see cref="Builtin"/> is set. The job has no terminal and reads an empty
/// input. A field that the server does not know makes the request invalid, since it may restrict what is signed.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BroadcastRequest
{
    /// <summary>Bytes of output in a result.</summary>
    public const int MaxInline = 64 * 1024;

    private const int CurrentVersion = 1;

    // In ms. Servers remember ids of jobs for 7 days.
    private const long MaxLife = 7L * 24 * 60 * 60 * 1000;
    private const long Day = 24L * 60 * 60 * 1000;

    // In ms: a result is kept at least for a minute. A .NET timer takes at most 49 days.
    private const long MinKeep = 60_000;
    private const long MaxKeep = 45 * Day;

    /// <summary>The version of the format: 1.</summary>
    [JsonRequired]
    public int Version { get; set; } = CurrentVersion;

    /// <summary>The run's id, in the form of a <see cref="JobId"/>: its first half is when the run was made.</summary>
    public required string Run { get; init; }

    /// <summary>The hosts, such as <c>web[1-500],db[01-20,35],@cache</c>. See <see cref="TargetNames"/>.</summary>
    public required string Targets { get; init; }

    /// <summary>When the request was signed, in ms since 1970-01-01 UTC.</summary>
    [JsonRequired]
    public long Issued { get; init; }

    /// <summary>After this time in ms since 1970-01-01 UTC the request starts nothing; at most 7 days after <see cref="Issued"/>.</summary>
    [JsonRequired]
    public long NotAfter { get; init; }

    /// <summary>The client's key, as in <c>authorized_keys</c>, without a comment. It owns the jobs.</summary>
    public required string Key { get; init; }

    /// <summary>How many bytes of output the result has at most, of all streams together. Default: 64 KiB.</summary>
    public int Inline { get; set; } = MaxInline;

    /// <summary>
    /// How long in ms the job may run, and its output is kept, while no client and no program waits for it. Default: 1 day.
    /// </summary>
    public long Keep { get; set; } = Day;

    /// <summary>A command line for the user's shell.</summary>
    public string? Command { get; init; }

    /// <summary>A program and its exact arguments, without a shell.</summary>
    public IReadOnlyList<string>? Argv { get; init; }

    /// <summary>One of the server's built-ins and its arguments.</summary>
    public IReadOnlyList<string>? Builtin { get; init; }

    /// <summary>The working directory. A relative path is relative to the user's home. Absent: the user's home.</summary>
    public string? Cwd { get; init; }

    /// <summary>Additions to the environment.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>Variables to remove from the environment.</summary>
    public IReadOnlyList<string>? Unset { get; init; }

    /// <summary>The encoding of the command line, arguments, folder and variables, and of a built-in's output. Absent: UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>Time in ms after which the command is ended. Absent: no limit.</summary>
    public long? Timeout { get; init; }

    /// <summary>The algorithm of the streams' digests: <c>crc32c</c> or <c>sha256</c>. Default: <c>sha256</c>.</summary>
    public string Digest { get; set; } = "sha256";

    /// <summary>What to do when output reaches the quota. One of <see cref="Messages.OnFull"/>. Absent: <c>hold</c>.</summary>
    public string? OnFull { get; init; }

    /// <summary>The user to run as. Absent: the server's user.</summary>
    public string? User { get; init; }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="BroadcastException">It is not a request of this version, or a value is out of its range.</exception>
    public static BroadcastRequest Decode(ReadOnlySpan<byte> payload)
    {
        BroadcastRequest request = StrictJson.Read(payload, BroadcastJson.Default.BroadcastRequest);
        return request.FindFault() is { } fault ? throw new BroadcastException(fault) : request;
    }

    /// <summary>Signs the request.</summary>
    /// <param name="identity">The identity whose key is <see cref="Key"/>.</param>
    /// <exception cref="BroadcastException">A value is out of its range, the key is another, or the request is too long.</exception>
    public SignedText Sign(Identity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (FindFault() is { } fault)
            throw new BroadcastException(fault);
        if (Key != identity.PublicKey.ToString())
            throw new BroadcastException("'key' is not the key that signs");
        return SignedText.Sign(StrictJson.Write(this, BroadcastJson.Default.BroadcastRequest), SignedKind.Request, identity);
    }

    /// <summary>The id of the job on a host. It follows from the run, the host's name in any case, and the key.</summary>
    public string JobOn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string text = $"{Run}\0{TargetNames.Plain(name)}\0{Key}";
        return JobId.OfRun(Run, SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The same command as a request on a connection.</summary>
    /// <param name="name">The host's name.</param>
    public ExecRequest ToExec(string name) => WithJob(JobOn(name));

    private ExecRequest WithJob(string job) => new()
    {
        Job = job,
        Command = Command,
        Argv = Argv,
        Builtin = Builtin,
        Cwd = Cwd,
        Env = Env,
        Unset = Unset,
        Encoding = Encoding,
        Timeout = Timeout,
        Digest = Digest,
        OnDisconnect = OnDisconnect.KeepFor(TimeSpan.FromMilliseconds(Keep)).ToString(),
        OnFull = OnFull,
        User = User,
    };

    /// <summary>Prints the names of variables only, because their values may be secret.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Run = ").Append(Run).Append(", Targets = ").Append(Targets);
        text.Append(", Command = ").AppendJoin(' ', Argv ?? Builtin ?? [Command ?? ""]);
        text.Append(", Env = ").AppendJoin(' ', Env?.Keys ?? []);
        return true;
    }

    private string? FindFault()
        => (Version == CurrentVersion ? null : $"'version' must be {CurrentVersion}")
        ?? WireRange.Job("run", Run)
        ?? WireRange.Time("issued", Issued)
        ?? WireRange.Time("notAfter", NotAfter)
        ?? (NotAfter < Issued || NotAfter > Issued + MaxLife ? "'notAfter' must be 0 to 7 days after 'issued'" : null)
        ?? (KeyText.Parse(Key) is null ? KeyText.Fault : null)
        ?? WireRange.Between("inline", Inline, 0, MaxInline)
        ?? WireRange.Between("keep", Keep, MinKeep, MaxKeep)
        ?? (CountForms() == 1 ? null : "the request must have exactly one of command, argv and builtin")
        // The run's id has the form of a job's id, and to make a job's id costs a hash.
        ?? WithJob(Run).FindFault()
        ?? TargetNames.FindFault(Targets);

    private int CountForms() => (Command is null ? 0 : 1) + (Argv is null ? 0 : 1) + (Builtin is null ? 0 : 1);
}
