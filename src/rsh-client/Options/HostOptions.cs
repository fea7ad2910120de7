using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Brokers;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Failures;
using RemoteShell.Client;
using RemoteShell.Client.Keeping;
using RemoteShell.Client.Sharing;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Options;

/// <summary>HOST and the connection options, which all remote subcommands share.</summary>
internal static class HostOptions
{
    // As in ssh_config: connect directly, whatever later lines say.
    private const string NoCommand = "none";

    /// <summary>The name of the value of <c>--jump</c>.</summary>
    public const string JumpHosts = "HOST[,HOST...]";

    private const string NotKept = "--persist keeps no connection that is made by a key of ssh; this command has its own connection";

    // Of jump hosts whose settings name each other.
    private const int MaxJumps = 8;

    private static readonly Option<string> Fingerprint = new("--fingerprint")
    {
        Description = "Accept only this host key. Only revoked keys of known_hosts count, and nothing is written there.",
        HelpName = "SHA256:...",
    };

    private static readonly Option<bool> AcceptNew = new("--accept-new") { Description = "Trust an unknown server's key without asking." };
    private static readonly Option<TimeSpan?> ConnectTimeout = DurationFlag(
        "--connect-timeout", "How long to try to reach a server that is busy or does not answer [10s].");

    private static readonly Option<TimeSpan?> GiveUp = DurationFlag("--give-up", "How long to keep trying to reconnect [2m].");
    private static readonly Option<TimeSpan?> Keepalive = DurationFlag(
        "--keepalive", "Treat the connection as lost after this silence [45s].");

    private static readonly Option<string> Persist = new("--persist")
    {
        Description = "Keep a connection in the background, for further commands, until none has used it for this time; auto: 10m [no].",
        HelpName = "TIME",
        CustomParser = Choice,
    };

    private static readonly Option<string> IdentityFile = new Option<string>("--identity")
    {
        Description = "Use the key in this file, also one of ssh [the keys of the agent, then id_ecdsa.pem in the client's folder].",
        HelpName = "FILE",
    }.NotEmpty();

    private static readonly Option<string> ProxyCommand = new("--proxy-command")
    {
        Description = "Connect through the standard input and output of a shell command, such as 'ssh -W %h:%p bastion'.",
        HelpName = "COMMAND",
    };

    private static readonly Option<string> Jump = new("--jump", "-J")
    {
        Description = "Connect through these servers, one after the other. They see ciphertext only, and must permit it.",
        HelpName = JumpHosts,
    };

    private static readonly Option<string> Broker = new("--broker")
    {
        Description = "Reach the host by its name at this NATS broker: nats://HOST:4222 or tls://HOST:4222.",
        HelpName = "URL",
    };

    // Made once: an option keeps a list of the commands that have it.
    private static readonly Lazy<Command> OneHost = new(MakeOneHost);

    /// <summary>The only file of settings to read.</summary>
    public static Option<string> Config { get; } = new Option<string>("--config", "-F")
    {
        Description = "Read the configuration from this file only; none: from no file [~/.config/rsh-client/config, "
            + "/etc/rsh-client/config].",
        HelpName = "FILE",
    }.NotEmpty();

    public static Argument<string> Host { get; } = new("HOST")
    {
        Description = "[user@]name[:port] or [user@][ipv6]:port. The default port is 7022.",
    };

    /// <summary>The options of the connection, which all remote subcommands have.</summary>
    public static IReadOnlyList<Option> Connection { get; } =
        [Config, IdentityFile, Fingerprint, AcceptNew, Jump, ProxyCommand, Broker, ConnectTimeout, GiveUp, Keepalive, Persist];

    public static void AddTo(Command command)
    {
        foreach (Option option in Connection)
            command.Add(option);
    }

    public static ClientOptions Options(ParseResult parsed, string host, Action<string> noticed)
        => Options(parsed, host, noticed, KeySources.OfEnvironment(noticed));

    /// <summary>The options of the connection, which all remote subcommands have.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="host">The host.</param>
    /// <param name="noticed">Receives each text of the server.</param>
    /// <param name="keys">The keys of ssh, also for jump hosts.</param>
    public static ClientOptions Options(ParseResult parsed, string host, Action<string> noticed, KeySources keys)
        => Options(parsed, host, noticed, keys, depth: 0);

    /// <summary>The options of a connection without options of this program's command line.</summary>
    /// <param name="settings">What applies to the host.</param>
    /// <param name="file">The only file of settings, also for jump hosts; null: the usual files.</param>
    /// <param name="noticed">Receives each text of the server.</param>
    public static ClientOptions Options(HostSettings settings, string? file, Action<string> noticed)
    {
        HostQuery query = settings.Query;
        string name = query.Port is { } port ? new HostAddress(query.Name, port).ToString() : query.Name;
        string host = query.User is { } user ? $"{user}@{name}" : name;
        return Options(OfFile(file, host), settings, host, noticed, KeySources.OfEnvironment(noticed), depth: 0);
    }

    private static ClientOptions Options(ParseResult parsed, string host, Action<string> noticed, KeySources keys, int depth)
        => Options(parsed, Settings(parsed, host), host, noticed, keys, depth);

    private static ClientOptions Options(
        ParseResult parsed, HostSettings settings, string host, Action<string> noticed, KeySources keys, int depth)
    {
        if (parsed.GetValue(Fingerprint) is { } pinned)
            KeyValues.Fingerprint(pinned);
        var usual = new ClientOptions { Host = new("", 0) };
        TimeSpan silence = parsed.GetValue(Keepalive) ?? settings.Read(ConfigurationKeys.Keepalive, Duration.Parse)
            ?? usual.Connection.KeepaliveTimeout;
        if (silence < TimeSpan.FromMilliseconds(100))
            throw new FormatException("--keepalive must be at least 100ms");
        IdentityChoice identity = IdentityChoice.Of(parsed.GetValue(IdentityFile), settings, keys);
        var options = new ClientOptions
        {
            Traceparent = Environment.GetEnvironmentVariable("TRACEPARENT"),
            GiveUp = parsed.GetValue(GiveUp) ?? settings.Read(ConfigurationKeys.GiveUp, Duration.Parse) ?? usual.GiveUp,
            Lost = reason => UserMessages.Say($"lost the connection to {host}, reconnecting: {reason}"),
            Connection = usual.Connection with { KeepaliveTimeout = silence, KeepaliveInterval = silence / 3 },
            User = settings.User,
            Host = settings.Address,
            Route = RouteOf(parsed, settings, noticed, keys, depth),
            IdentityPem = identity.Pem,
            Key = identity.Key,
            OtherKeys = keys.Ring,
            ConnectTimeout = parsed.GetValue(ConnectTimeout) ?? settings.Read(ConfigurationKeys.ConnectTimeout, Duration.Parse)
                ?? usual.ConnectTimeout,
            Noticed = text => noticed(WithHost(text, host)),
            // The first request travels together with the key: a cold start saves a round trip.
            Authorization = AuthorizationCheck.OnFirstRequest,
            Trust = new()
            {
                Fingerprint = parsed.GetValue(Fingerprint) ?? settings.Find(ConfigurationKeys.Fingerprint)?.Values[0],
                AcceptNew = parsed.GetValue(AcceptNew) || settings.IsYes(ConfigurationKeys.AcceptNew),
                Ask = UserMessages.CanAsk ? AskAsync : null,
                NotStored = e => UserMessages.Say(
                    $"the key of {host} is trusted this time, but cannot be stored in known_hosts: {FileFailure.Describe(e)}"),
            },
        };
        if (depth > 0)
            return options;
        options = options with { Shared = SharedOf(parsed, settings, options, host) };
        // As early as possible: it needs a free descriptor. Not for a kept connection: it loads the cryptographic library, a fifth of
        // such a command's time.
        if (options.Shared is null || !File.Exists(options.Shared.Socket))
            SystemTrustStore.Disable();
        return options;
    }

    /// <summary>The same options without a kept connection.</summary>
    public static ClientOptions OnOwnConnection(ClientOptions options)
    {
        if (options.Shared is not null)
            SystemTrustStore.Disable();
        return options with { Shared = null };
    }

    /// <summary>The options for a command: one with on-disconnect kill must not depend on a kept connection.</summary>
    public static ClientOptions For(RemoteCommand command, ClientOptions options)
        => command.OnDisconnect == DisconnectPolicy.Kill ? OnOwnConnection(options) : options;

    /// <summary>The folder of the sockets of kept connections.</summary>
    public static string SharedFolder(ClientOptions options) => Path.Combine(options.Folder, "shared");

    /// <summary>What the configuration says of a host, by the file of <c>--config</c> if one is given.</summary>
    /// <exception cref="FormatException">The text is not a host.</exception>
    /// <exception cref="RemoteShellException">A file is wrong.</exception>
    public static HostSettings Settings(ParseResult parsed, string host) => Targets.IsSet(host)
        ? throw new FormatException($"'{host}' is a set of hosts, and {UsageLine.NameOf(parsed.CommandResult.Command)} takes one host")
        : ClientConfiguration.Of(HostQuery.Parse(host), parsed.GetValue(Config));

    /// <summary>The connection options as the user gave them, for another command line of this program.</summary>
    public static IEnumerable<string> Given(ParseResult parsed)
    {
        if (parsed.GetValue(Fingerprint) is { } pinned)
            yield return $"{Fingerprint.Name}={pinned}";
        foreach (Option<string> option in (Option<string>[])[Config, IdentityFile, Jump, ProxyCommand, Broker])
        {
            if (parsed.GetValue(option) is { } value)
                yield return $"{option.Name}={value}";
        }

        foreach (Option<TimeSpan?> flag in (Option<TimeSpan?>[])[ConnectTimeout, GiveUp, Keepalive])
        {
            if (parsed.GetValue(flag) is { } time)
                yield return string.Create(CultureInfo.InvariantCulture, $"{flag.Name}={(long)time.TotalMilliseconds}ms");
        }
    }

    /// <summary>Connects to the server. Creates this client's key before, with a message, if there is none.</summary>
    public static Task<RemoteShellClient> ConnectAsync(ClientOptions options, CancellationToken cancellationToken)
    {
        if (options.IdentityPem is null && !File.Exists(options.IdentityFile))
        {
            using var made = Identity.LoadOrCreate(options.IdentityFile);
            UserMessages.Say($"created a key for this client: {made.PublicKey.Fingerprint}");
        }

        return RemoteShellClient.ConnectAsync(options, cancellationToken);
    }

    /// <summary>An option that takes a time, as <see cref="Duration.Parse"/> reads it.</summary>
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

    // Null if no connection is kept: by default, on Windows, and where the path is too long for a socket.
    private static SharedConnection? SharedOf(ParseResult parsed, HostSettings settings, ClientOptions options, string host)
    {
        string? given = parsed.GetValue(Persist);
        TimeSpan unused = given is not null
            ? KeyValues.Persist(given)
            : settings.Read(ConfigurationKeys.Persist, KeyValues.Persist) ?? TimeSpan.Zero;
        if (unused == TimeSpan.Zero || OperatingSystem.IsWindows() || Environment.ProcessPath is not { } program)
            return null;
        // A setting of the file holds for many commands, which need no message each.
        Action? notKept = given is null ? null : () => UserMessages.Say(NotKept);
        if (options.Key is not null)
        {
            notKept?.Invoke();
            return null;
        }

        if (KeptSocket.In(SharedFolder(options), options) is not { } socket)
            return null;
        return new()
        {
            Socket = socket,
            Keeper = [program, .. KeeperOptions.Words(socket, unused, Given(parsed), host)],
            NotKept = notKept,
        };
    }

    private static string? Choice(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        try
        {
            _ = KeyValues.Persist(text);
            return text;
        }
        catch (FormatException e)
        {
            result.AddError($"--persist: {e.Message}");
            return null;
        }
    }

    /// <summary>The options of <c>rsh-broker</c> for a host behind a broker; null if it is reached in another way.</summary>
    /// <exception cref="RemoteShellException">A value is wrong.</exception>
    public static IReadOnlyList<string>? BrokerOf(ParseResult parsed, HostSettings settings)
    {
        RouteChoice? choice = RouteChoice.Of(parsed, settings, Jump, ProxyCommand, Broker);
        return choice?.Key == ConfigurationKeys.Broker && choice.Text != NoCommand
            ? [.. BrokerArguments.Of(choice.Text, settings)]
            : null;
    }

    private static Route RouteOf(ParseResult parsed, HostSettings settings, Action<string> noticed, KeySources keys, int depth)
    {
        if (RouteChoice.Of(parsed, settings, Jump, ProxyCommand, Broker) is not { } choice)
            return Route.Direct;
        if (choice.Key == ConfigurationKeys.ProxyJump)
            return choice.Read<Route>(Through);
        return choice.Read<Route>(choice.Key == ConfigurationKeys.ProxyCommand ? ThroughProgram : ThroughBroker);

        Route ThroughBroker(string text) => text == NoCommand
            ? Route.Direct
            : Route.Executable(BrokerProgram.Location, ["dial", .. BrokerArguments.Of(text, settings), "--", settings.Address.Host]);

        Route ThroughProgram(string text) => text == NoCommand
            ? Route.Direct
            : Route.Program(ConfigurationTokens.Expand(text, settings.Query, settings.Address, settings.User));

        // Each jump is reached through the one before it; the first as its own settings say.
        Route Through(string text)
        {
            if (text == NoCommand)
                return Route.Direct;
            if (depth == MaxJumps)
                throw new FormatException($"more than {MaxJumps} jump hosts lead to each other; print them: rsh-client config HOST");
            Route? before = null;
            foreach (string host in text.Split(','))
            {
                ClientOptions jump = Options(OfJump(parsed, host), host, noticed, keys, depth + 1);
                before = new JumpRoute(before is null ? jump : jump with { Route = before });
            }

            return before!;
        }
    }

    // The other options of the command line are about the target.
    private static ParseResult OfJump(ParseResult parsed, string host) => OfFile(parsed.GetValue(Config), host);

    private static Command MakeOneHost()
    {
        var command = new Command("host") { Host };
        AddTo(command);
        return command;
    }

    private static ParseResult OfFile(string? file, string host)
        => OneHost.Value.Parse(file is null ? [host] : [$"{Config.Name}={file}", host]);

    // A server does not know how its client names it, so a command line in a notice has the word HOST.
    private static string WithHost(string notice, string host)
    {
        int command = notice.IndexOf("rsh-client ", StringComparison.Ordinal);
        return command < 0 ? notice : notice[..command] + notice[command..].Replace(" HOST ", $" {host} ", StringComparison.Ordinal);
    }

    private static async ValueTask<bool> AskAsync(HostAddress host, PublicKey key, CancellationToken cancellationToken)
    {
        StandardText.Error.WriteLine($"The server {host} is not known yet. Its key is");
        StandardText.Error.WriteLine($"  {key.Fingerprint}");
        StandardText.Error.WriteLine("It is the right key if 'rsh-server fingerprint' prints the same on the server.");
        while (!cancellationToken.IsCancellationRequested)
        {
            StandardText.Error.Write("Trust it from now on? (yes/no) ");
            string? line = await StandardText.ReadLineAsync(cancellationToken);
            string? answer = line?.Trim().ToLowerInvariant();
            if (answer is null or "no" or "n")
                break;
            if (answer is "yes" or "y")
                return true;
        }

        return false;
    }
}
