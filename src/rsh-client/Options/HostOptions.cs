using System.CommandLine;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Which server, as whom, and how it is known: the flags that all remote subcommands share.</summary>
internal static class HostOptions
{
    private static readonly Option<string> Fingerprint = new("--fingerprint") { Description = "Take this host key and no other.", HelpName = "SHA256:…" };
    private static readonly Option<bool> AcceptNew = new("--accept-new") { Description = "Take the key of a server that was never seen before without asking." };
    private static readonly Option<TimeSpan?> ConnectTimeout = DurationFlag("--connect-timeout", "Time to reach the server. Default: 10s.");

    private static readonly Option<TimeSpan?> GiveUp = DurationFlag("--give-up", "How long a lost connection is tried to be had again. Default: 2m.");
    private static readonly Option<TimeSpan?> Keepalive = DurationFlag("--keepalive", "Silence after which the connection counts as lost. Default: 45s.");

    public static Argument<string> Host { get; } = new("HOST") { Description = "[user@]name[:port] or [user@][ipv6]:port. Default port: 7022." };

    public static void AddTo(Command command)
    {
        command.Add(Fingerprint);
        command.Add(AcceptNew);
        command.Add(ConnectTimeout);
        command.Add(GiveUp);
        command.Add(Keepalive);
    }

    public static ClientOptions Options(ParseResult parsed, string host, Action<string> noticed)
    {
        if (parsed.GetValue(Fingerprint) is { } pinned && !PublicKey.IsFingerprint(pinned))
            throw new FormatException($"'{pinned}' is no fingerprint; 'rsh-server fingerprint' prints it there: SHA256: and 43 characters");
        int at = host.LastIndexOf('@');
        if (at == 0)
            throw new FormatException($"'{host}' has no user in front of its @");
        var usual = new ClientOptions { Host = new("", 0) };
        TimeSpan silence = parsed.GetValue(Keepalive) ?? usual.Connection.KeepaliveTimeout;
        if (silence < TimeSpan.FromMilliseconds(100))
            throw new FormatException("--keepalive must be at least 100ms");
        return new()
        {
            GiveUp = parsed.GetValue(GiveUp) ?? usual.GiveUp,
            Lost = reason => UserMessages.Say($"lost the connection to {host}, and am reconnecting: {reason}"),
            Connection = usual.Connection with { KeepaliveTimeout = silence, KeepaliveInterval = silence / 3 },
            User = at < 0 ? null : host[..at],
            Host = HostAddress.Parse(host[(at + 1)..]),
            ConnectTimeout = parsed.GetValue(ConnectTimeout) ?? TimeSpan.FromSeconds(10),
            Noticed = noticed,
            // The first request travels together with the key: a cold start saves a round trip.
            Authorization = AuthorizationCheck.OnFirstRequest,
            Trust = new()
            {
                Fingerprint = parsed.GetValue(Fingerprint),
                AcceptNew = parsed.GetValue(AcceptNew),
                Ask = UserMessages.CanAsk ? AskAsync : null,
            },
        };
    }

    /// <summary>The same flags as they were given, for another command line.</summary>
    public static IEnumerable<string> Given(ParseResult parsed)
    {
        if (parsed.GetValue(Fingerprint) is { } pinned)
            yield return $"{Fingerprint.Name}={pinned}";
        foreach (Option<TimeSpan?> flag in (Option<TimeSpan?>[])[ConnectTimeout, GiveUp, Keepalive])
            if (parsed.GetValue(flag) is { } time)
                yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{flag.Name}={(long)time.TotalMilliseconds}ms");
    }

    /// <summary>Reaches the server; says so where this client's key had to be made for that.</summary>
    public static Task<RemoteShellClient> ConnectAsync(ClientOptions options, CancellationToken cancellationToken)
    {
        if (!File.Exists(options.IdentityFile))
        {
            using var made = Identity.LoadOrCreate(options.IdentityFile);
            UserMessages.Say($"made a key for this client: {made.PublicKey.Fingerprint}");
        }

        return RemoteShellClient.ConnectAsync(options, cancellationToken);
    }

    public static Option<TimeSpan?> DurationFlag(string name, string description) => new(name)
    {
        Description = description,
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

    private static async ValueTask<bool> AskAsync(HostAddress host, PublicKey key, CancellationToken cancellationToken)
    {
        Console.Error.WriteLine($"The server {host} was never seen before. Its key is");
        Console.Error.WriteLine($"  {key.Fingerprint}");
        Console.Error.WriteLine("It is the right one if 'rsh-server fingerprint' prints the same there.");
        while (!cancellationToken.IsCancellationRequested)
        {
            Console.Error.Write("Trust it from now on? (yes/no) ");
            string? answer = (await Task.Run(Console.In.ReadLine, cancellationToken).WaitAsync(cancellationToken))?.Trim().ToLowerInvariant();
            if (answer is null or "no" or "n")
                break;
            if (answer is "yes" or "y")
                return true;
        }

        return false;
    }
}
