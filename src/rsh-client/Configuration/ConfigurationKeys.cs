using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>All keys of the configuration file.</summary>
internal static class ConfigurationKeys
{
    public static ConfigurationKey HostName { get; } = new(
        "HostName", KeyShape.Word, "The name or address to connect to; %h stands for the name on the command line [that name].")
    {
        Check = value => ConfigurationTokens.ExpandName(value, ""),
    };

    public static ConfigurationKey Port { get; } = new("Port", KeyShape.Word, "The port.")
    {
        Default = "7022",
        Check = value => KeyValues.Port(value),
    };
    public static ConfigurationKey User { get; } = new("User", KeyShape.Word, "The user to run commands as [the server's own].");

    public static ConfigurationKey IdentityFile { get; } = new(
        "IdentityFile", KeyShape.Word, "The file of this client's key [id_ecdsa.pem in the client's folder].")
    {
        Alias = "identity",
    };

    public static ConfigurationKey Fingerprint { get; } = new(
        "Fingerprint", KeyShape.Word, "Accept only this host key. Only revoked keys of known_hosts count, and nothing is written there.")
    {
        Check = value => KeyValues.Fingerprint(value),
    };

    public static ConfigurationKey AcceptNew { get; } = new(
        "AcceptNew", KeyShape.Flag, "Trust an unknown server's key without asking.")
    {
        Default = "no",
    };

    public static ConfigurationKey ConnectTimeout { get; } = new(
        "ConnectTimeout", KeyShape.Word, "How long to try to reach a server that is busy or does not answer.")
    {
        Default = "10s",
        Check = value => Duration.Parse(value),
    };

    public static ConfigurationKey GiveUp { get; } = new("GiveUp", KeyShape.Word, "How long to keep trying to reconnect.")
    {
        Default = "2m",
        Check = value => Duration.Parse(value),
    };

    public static ConfigurationKey Keepalive { get; } = new(
        "Keepalive", KeyShape.Word, "Treat the connection as lost after this silence.")
    {
        Default = "45s",
        Check = value => Duration.Parse(value),
    };

    public static ConfigurationKey Persist { get; } = new(
        "Persist", KeyShape.Word, "Keep a connection in the background until no command has used it for this time; auto: 10m.")
    {
        Default = "no",
        Check = value => KeyValues.Persist(value),
    };

    public static ConfigurationKey ProxyCommand { get; } = new(
        "ProxyCommand",
        KeyShape.CommandLine,
        "A shell command whose standard input and output carry the connection, such as 'ssh -W %h:%p bastion'. none: connect directly.");

    public static ConfigurationKey ProxyJump { get; } = new(
        "ProxyJump", KeyShape.Word, "Connect through these servers, which commas separate, one after the other. none: connect directly.")
    {
        Alias = "Jump",
    };

    public static ConfigurationKey Broker { get; } = new(
        "Broker",
        KeyShape.Word,
        "Reach the host by its name at this NATS broker: nats://HOST:4222 or tls://HOST:4222; several with commas. "
            + "none: connect directly.");

    public static ConfigurationKey BrokerCredentials { get; } = new(
        "BrokerCredentials",
        KeyShape.Word,
        "The file with credentials for the broker: .creds, the seed of an NKey, or a line USER:PASSWORD.");

    public static ConfigurationKey BrokerAuthorities { get; } = new(
        "BrokerAuthorities", KeyShape.Word, "A PEM file with the authorities that may sign the broker's certificate.");

    public static ConfigurationKey BrokerInbox { get; } = new(
        "BrokerInbox", KeyShape.Word, "The beginning of the subjects on which the broker permits this client to get answers.")
    {
        Default = "_INBOX",
    };

    public static ConfigurationKey RequestTty { get; } = new(
        "RequestTTY", KeyShape.Word, "Whether run gives its command a terminal: no, auto, yes (-t, if there is one here) or force (-tt).")
    {
        Default = "no",
        Check = value => KeyValues.RequestTty(value),
    };

    public static ConfigurationKey RemoteCommand { get; } = new(
        "RemoteCommand", KeyShape.CommandLine, "The command line of shell, if none is given. none: the login shell.");

    public static ConfigurationKey LocalForward { get; } = new(
        "LocalForward",
        KeyShape.Words,
        "[BIND:]PORT HOST:HOSTPORT: carry connections to this port through the server, while run, shell or connect runs.")
    {
        Option = "--local-forward",
        Adds = true,
    };

    public static ConfigurationKey RemoteForward { get; } = new(
        "RemoteForward",
        KeyShape.Words,
        "[BIND:]PORT HOST:HOSTPORT: carry connections to this port of the server to this side, while run, shell or connect runs.")
    {
        Option = "--remote-forward",
        Adds = true,
    };

    public static ConfigurationKey DynamicForward { get; } = new(
        "DynamicForward", KeyShape.Word, "[BIND:]PORT: a SOCKS proxy through the server, while run, shell or connect runs.")
    {
        Option = "--dynamic-forward",
        Adds = true,
    };

    public static ConfigurationKey SetEnv { get; } = new(
        "SetEnv", KeyShape.Words, "NAME=VALUE: set environment variables for run, shell and connect.")
    {
        Alias = "env",
        Check = value => KeyValues.Variable(value),
    };

    public static ConfigurationKey Group { get; } = new(
        "Group",
        KeyShape.Definition,
        "NAME = SET: the hosts that @NAME means, such as web[1-20],db1. It counts in whatever block it stands; the first of a name counts.")
    {
        IsGlobal = true,
        Check = value => GroupDefinition.ParseSet(value),
    };

    public static ConfigurationKey GroupCommand { get; } = new(
        "GroupCommand",
        KeyShape.Definition,
        "NAME = COMMAND: a Group whose hosts a shell command prints, with white space between them. It has NAME in $GROUP.")
    {
        IsGlobal = true,
        Check = value => GroupDefinition.ParseCommand(value),
    };

    /// <summary>Those that say how bytes reach the host. The first line of any of them counts.</summary>
    public static IReadOnlyList<ConfigurationKey> OfRoute { get; } = [ProxyJump, ProxyCommand, Broker];

    /// <summary>Those that say how to connect. The others stand for options of commands.</summary>
    public static IReadOnlyList<ConfigurationKey> OfConnection { get; } =
    [
        HostName, Port, User, IdentityFile, Fingerprint, AcceptNew, ConnectTimeout, GiveUp, Keepalive, Persist, ProxyJump, ProxyCommand,
        Broker, BrokerCredentials, BrokerAuthorities, BrokerInbox,
    ];

    /// <summary>All keys, in the order of the manual.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        .. OfConnection,
        ForOption("Encoding", KeyShape.Word, "--encoding", "The encoding of the remote text, such as gbk.") with
        {
            Default = "utf-8",
            Check = value => TextEncoding.GetStrict(value),
        },
        RequestTty,
        RemoteCommand,
        LocalForward,
        RemoteForward,
        DynamicForward,
        SetEnv,
        ForOption(
            "Cwd", KeyShape.Word, "--cwd", "The working directory for run, shell and connect [the home directory of the server's user]."),
        ForOption("Timeout", KeyShape.Word, "--timeout", "End a command after this time [no limit]."),
        ForOption("OnDisconnect", KeyShape.Word, "--on-disconnect", "What to do when the client disappears: kill, keep or keep:TIME.") with
        {
            Check = value => DisconnectPolicy.Parse(value),
        },
        ForOption("OnFull", KeyShape.Word, "--on-full", "What to do when stored output reaches its quota: hold, drop-oldest or kill."),
        ForOption("DetachKeys", KeyShape.Word, "--detach-keys", "Keys that detach from a terminal, such as ctrl-p,ctrl-q [none]."),
        ForOption("Digest", KeyShape.Word, "--digest", "The algorithm of digests: crc32c or sha256.") with { Default = "crc32c" },
        ForFlag("Quiet", "--quiet", "Suppress notices."),
        ForFlag("Verbose", "--verbose", "put, get and cp name each file."),
        ForOption("Bwlimit", KeyShape.Word, "--bwlimit", "Transfer at most this many bytes a second [no limit]."),
        ForFlag("Compress", "--compress", "Compress files that shrink.") with { Alias = "Compression" },
        ForFlag("Checksum", "--checksum", "Compare files by their content."),
        ForFlag("Fsync", "--fsync", "Force each file to the disk before it gets its name."),
        ForFlag("Follow", "--follow", "Write to the file that a link at the target names.") with { NotOf = "logs" },
        ForFlag("HardLinks", "--hard-links", "Keep hard links within a transfer."),
        ForFlag("Owner", "--owner", "Keep owner and group of files."),
        ForFlag("Xattrs", "--xattrs", "Keep extended attributes of files."),
        Group,
        GroupCommand,
    ];

    /// <summary>The key that a word of a file means; null if there is none.</summary>
    public static ConfigurationKey? Find(string word) => All.FirstOrDefault(key => key.Is(word));

    private static ConfigurationKey ForFlag(string name, string option, string text)
        => ForOption(name, KeyShape.Flag, option, text) with { Default = "no" };

    private static ConfigurationKey ForOption(string name, KeyShape shape, string option, string text)
        => new(name, shape, text) { Option = option };
}
