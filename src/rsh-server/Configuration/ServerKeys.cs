namespace RemoteShell.Cli.Server.Configuration;

/// <summary>All keys of the server's configuration file.</summary>
internal static class ServerKeys
{
    /// <summary>The keys, in the order of the manual.</summary>
    public static IReadOnlyList<ServerKey> All { get; } =
    [
        new("ListenAddress", "--listen"),
        new("Udp", "--udp"),
        new("AllowTcpForwarding", "--allow-forwarding"),
        new("PermitOpen", "--permit-open") { TakesSeveral = true },
        new("PermitListen", "--permit-listen") { TakesSeveral = true },
        new("AuthorizedKeysFile", "--authorized-keys") { TakesSeveral = true },
        new("RevokedKeys", "--revoked-keys"),
        new("OnRevoke", "--on-revoke"),
        new("PerSourcePenaltyExemptList", "--penalty-exempt") { TakesSeveral = true },
        new("Audit", "--audit"),
        new("AuditFileSize", "--audit-file-size"),
        new("AuditFiles", "--audit-files"),
        new("AuditSyslog", "--audit-syslog"),
        new("HostCertificate", "--host-certificate"),
        new("PortFile", "--port-file"),
        new("Metrics", "--metrics"),
        new("Otlp", "--otlp"),
        new("LogLevel", "--log-level"),
        new("Launcher", "--launcher"),
        new("Shell", "--shell"),
        new("Motd", "--motd"),
        new("IdleTimeout", "--idle-timeout"),
        new("Record", "--record"),
        new("RecordDir", "--record-dir"),
        new("RecordQuota", "--record-quota"),
        new("KillGrace", "--kill-grace"),
        new("StopGrace", "--stop-grace"),
        new("DrainGrace", "--drain-grace"),
        new("Keepalive", "--keepalive"),
        new("LoginGraceTime", "--handshake-time"),
        new("KeepTime", "--keep-time"),
        new("KeepJobs", "--keep-jobs"),
        new("JobQuota", "--job-quota"),
        new("TotalQuota", "--total-quota"),
        new("FileQuota", "--file-quota"),
        new("MaxConnections", "--max-connections"),
        new("MaxConnectionsPerAddress", "--max-connections-per-address"),
        new("MaxHandshakes", "--max-handshakes"),
        new("MaxChannels", "--max-channels"),
        new("MaxJobs", "--max-jobs"),
        new("MaxHeader", "--max-header"),
        new("MaxBody", "--max-body"),
        new("StreamMemory", "--stream-memory"),
        new("WindowMemory", "--window-memory"),
    ];

    /// <summary>The key that a word of a file means; null if there is none.</summary>
    public static ServerKey? Find(string word) => All.FirstOrDefault(key => key.Is(word));

    /// <summary>The key that stands for an option.</summary>
    /// <param name="option">The option's name, which has a key.</param>
    public static ServerKey Of(string option) => All.First(key => key.Option == option);

    /// <summary>The message of an option about its value, with the name of its key instead of its own.</summary>
    public static string WithKey(string message, ServerKey key)
        => message.StartsWith(key.Option, StringComparison.Ordinal) ? key.Name + message[key.Option.Length..] : $"{key.Name}: {message}";
}
