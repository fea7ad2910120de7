using System.Globalization;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The keys of ssh_config(5) that have no line of their own in this client's configuration.</summary>
internal static class SshKeys
{
    /// <summary>Which family of addresses to use: any, inet or inet6.</summary>
    public static ConfigurationKey AddressFamily { get; } = Word("AddressFamily") with
    {
        Check = value => OneOf(value, "any", "inet", "inet6"),
    };

    /// <summary>Never ask.</summary>
    public static ConfigurationKey BatchMode { get; } = Flag("BatchMode");

    /// <summary>The local address of the connection.</summary>
    public static ConfigurationKey BindAddress { get; } = Word("BindAddress");

    /// <summary>Whether all forwards are dropped.</summary>
    public static ConfigurationKey ClearAllForwardings { get; } = Flag("ClearAllForwardings");

    /// <summary>The character of escapes.</summary>
    public static ConfigurationKey EscapeChar { get; } = Word("EscapeChar") with { Check = value => SshEscape.Parse(value) };

    /// <summary>Whether a forward that cannot be set up ends the program.</summary>
    public static ConfigurationKey ExitOnForwardFailure { get; } = Flag("ExitOnForwardFailure");

    /// <summary>Whether the program goes into the background once it is connected.</summary>
    public static ConfigurationKey ForkAfterAuthentication { get; } = Flag("ForkAfterAuthentication");

    /// <summary>Whether the agent is forwarded: yes, no, or the socket of one.</summary>
    public static ConfigurationKey ForwardAgent { get; } = Word("ForwardAgent");

    /// <summary>Whether others may use the ports of this machine that are forwarded.</summary>
    public static ConfigurationKey GatewayPorts { get; } = Flag("GatewayPorts");

    /// <summary>The name under which the server's key is known.</summary>
    public static ConfigurationKey HostKeyAlias { get; } = Word("HostKeyAlias");

    /// <summary>The socket of the agent.</summary>
    public static ConfigurationKey IdentityAgent { get; } = Word("IdentityAgent");

    /// <summary>How much is said on standard error.</summary>
    public static ConfigurationKey LogLevel { get; } = Word("LogLevel");

    /// <summary>Further files of known keys.</summary>
    public static ConfigurationKey GlobalKnownHostsFile { get; } = Words("GlobalKnownHostsFile");

    /// <summary>Names of variables that the command gets from here.</summary>
    public static ConfigurationKey SendEnv { get; } = Words("SendEnv") with { Adds = true };

    /// <summary>How many unanswered questions mean that the server is gone.</summary>
    public static ConfigurationKey ServerAliveCountMax { get; } = Word("ServerAliveCountMax") with { Check = Number };

    /// <summary>Seconds of silence after which the server is asked; 0: as this client's configuration says.</summary>
    public static ConfigurationKey ServerAliveInterval { get; } = Word("ServerAliveInterval") with
    {
        Check = value => Duration.Parse(value),
    };

    /// <summary>none (no command), subsystem or default.</summary>
    public static ConfigurationKey SessionType { get; } = Word("SessionType") with
    {
        Check = value => OneOf(value, "none", "subsystem", "default"),
    };

    /// <summary>Whether standard input is left alone.</summary>
    public static ConfigurationKey StdinNull { get; } = Flag("StdinNull");

    /// <summary>The target to which standard input and output lead (<c>-W</c>).</summary>
    public static ConfigurationKey StdioForward { get; } = Word("StdioForward");

    /// <summary>Whether an unknown key is refused (yes), asked for (ask), or taken (accept-new, no).</summary>
    public static ConfigurationKey StrictHostKeyChecking { get; } = Word("StrictHostKeyChecking") with
    {
        Check = value => OneOf(value, "yes", "true", "no", "false", "off", "ask", "accept-new"),
    };

    /// <summary>The files of known keys.</summary>
    public static ConfigurationKey UserKnownHostsFile { get; } = Words("UserKnownHostsFile");

    /// <summary>Keys that would weaken a call if they were dropped, and their values that ask for nothing.</summary>
    public static IReadOnlyDictionary<ConfigurationKey, string[]> Refused { get; } = new Dictionary<ConfigurationKey, string[]>
    {
        [Word("BindInterface")] = ["none"],
        [Word("ForwardX11")] = ["no", "false"],
        [Word("Tunnel")] = ["no", "false"],
        [Words("RevokedHostKeys")] = ["none"],
        [Word("PermitLocalCommand")] = ["no", "false"],
        [Word("ProxyUseFdpass")] = ["no", "false"],
        [new("KnownHostsCommand", KeyShape.CommandLine, "")] = ["none"],
        [Word("GlobalKnownHostsFile2")] = ["none", "/dev/null"],
        [Word("UserKnownHostsFile2")] = ["none", "/dev/null"],
    };

    /// <summary>Names of keys that are dropped: algorithms, ways to log in that there are not here, and what concerns ssh alone.</summary>
    public static IReadOnlyList<string> Silent { get; } =
    [
        "AddKeysToAgent", "AfsTokenPassing", "CanonicalDomains", "CanonicalizeFallbackLocal", "CanonicalizeHostname",
        "CanonicalizeMaxDots", "CanonicalizePermittedCNAMEs", "CASignatureAlgorithms", "CertificateFile", "ChallengeResponseAuthentication",
        "ChannelTimeout", "CheckHostIP", "Cipher", "Ciphers", "Compression", "CompressionLevel", "ConnectionAttempts", "ControlMaster",
        "ControlPath", "ControlPersist", "DSAAuthentication", "EnableEscapeCommandline", "EnableSSHKeysign", "FallBackToRsh",
        "FingerprintHash", "ForwardX11Timeout", "ForwardX11Trusted",
        "GSSAPIAuthentication", "GSSAPIClientIdentity", "GSSAPIDelegateCredentials", "GSSAPIKexAlgorithms", "GSSAPIKeyExchange",
        "GSSAPIRenewalForcesRekey", "GSSAPIServerIdentity", "GSSAPITrustDns", "HashKnownHosts", "HostbasedAcceptedAlgorithms",
        "HostbasedAuthentication", "HostbasedKeyTypes", "HostKeyAlgorithms", "IdentitiesOnly", "IPQoS", "KbdInteractiveAuthentication",
        "KbdInteractiveDevices", "KerberosAuthentication", "KexAlgorithms", "LocalCommand", "LogVerbose", "MACs",
        "NoHostAuthenticationForLocalhost", "NumberOfPasswordPrompts", "ObscureKeystrokeTiming", "PasswordAuthentication",
        "PermitRemoteOpen", "PKCS11Provider", "PreferredAuthentications", "Protocol", "PubkeyAcceptedAlgorithms", "PubkeyAcceptedKeyTypes",
        "PubkeyAuthentication", "RekeyLimit", "RequiredRSASize", "RhostsRSAAuthentication", "RSAAuthentication", "SecurityKeyProvider",
        "SkeyAuthentication", "SmartcardDevice", "StreamLocalBindMask", "StreamLocalBindUnlink", "SyslogFacility", "Tag", "TCPKeepAlive",
        "TISAuthentication", "TunnelDevice", "UpdateHostKeys", "UsePrivilegedPort", "UseRoaming",
        "VerifyHostKeyDNS", "VisualHostKey", "WarnWeakCrypto", "XAuthLocation",
    ];

    /// <summary>All of them. A key of this client's own configuration that has the same name goes before.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        AddressFamily, BatchMode, BindAddress, ClearAllForwardings, EscapeChar, ExitOnForwardFailure,
        ForkAfterAuthentication, ForwardAgent, GatewayPorts, GlobalKnownHostsFile, HostKeyAlias, IdentityAgent, LogLevel, SendEnv,
        ServerAliveCountMax, ServerAliveInterval, SessionType, StdinNull, StdioForward, StrictHostKeyChecking, UserKnownHostsFile,
        .. Refused.Keys,
        .. Silent.Select(name => new ConfigurationKey(name, KeyShape.CommandLine, "")),
    ];

    private static ConfigurationKey Word(string name) => new(name, KeyShape.Word, "");

    private static ConfigurationKey Words(string name) => new(name, KeyShape.Words, "");

    private static ConfigurationKey Flag(string name) => new(name, KeyShape.Flag, "");

    private static void OneOf(string value, params string[] known)
    {
        if (!known.Contains(value, StringComparer.OrdinalIgnoreCase))
            throw new FormatException($"'{value}' is not one of {string.Join(", ", known)}");
    }

    private static void Number(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new FormatException($"'{value}' is not a number");
    }
}
