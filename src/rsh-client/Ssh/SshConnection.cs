using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>How a call reaches the server, and how it checks the server's key.</summary>
internal static class SshConnection
{
    private const string NoFile = "/dev/null";

    private const int UsualAliveCount = 3;

    // As for the durations of this client's own options.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(45);

    // What another process that keeps a connection does not know of.
    private static readonly ConfigurationKey[] OwnOnly =
    [
        ConfigurationKeys.HostName, ConfigurationKeys.IdentityFile, ConfigurationKeys.ProxyJump, ConfigurationKeys.ProxyCommand,
        SshKeys.AddressFamily, SshKeys.BindAddress, SshKeys.HostKeyAlias, SshKeys.StrictHostKeyChecking, SshKeys.UserKnownHostsFile,
        SshKeys.GlobalKnownHostsFile,
        SshKeys.ServerAliveInterval,
    ];

    /// <summary>The options of the connection.</summary>
    /// <param name="settings">What applies to the call.</param>
    /// <param name="line">The command line.</param>
    /// <param name="noticed">Receives each text of the server.</param>
    /// <exception cref="FormatException">A setting is wrong.</exception>
    public static ClientOptions OptionsOf(SshSettings settings, SshCommandLine line, Action<string> noticed)
    {
        ClientOptions options = HostOptions.Options(settings.Host, line.File, noticed);
        if (line.File is not null || OwnOnly.Any(key => settings.Find(key) is not null))
            options = HostOptions.OnOwnConnection(options);
        // As in ssh: 0 is no limit of its own.
        if (options.ConnectTimeout == TimeSpan.Zero)
            options = options with { ConnectTimeout = new ClientOptions { Host = options.Host }.ConnectTimeout };
        if (ReferenceEquals(options.Route, Route.Direct))
            options = options with { Route = RouteOf(settings) };
        TimeSpan interval = Duration.Parse(settings.Find(SshKeys.ServerAliveInterval) ?? "0");
        if (interval > TimeSpan.Zero)
        {
            int count = Math.Max(1, settings.Find(SshKeys.ServerAliveCountMax) is { } most ? Number(most) : UsualAliveCount);
            options = options with
            {
                Connection = options.Connection with
                {
                    KeepaliveInterval = interval,
                    KeepaliveTimeout = count < Longest / interval ? interval * count : Longest,
                },
            };
        }

        return WithTrust(options, settings);
    }

    private static ClientOptions WithTrust(ClientOptions options, SshSettings settings)
    {
        HostTrust trust = options.Trust;
        if (settings.IsYes(SshKeys.BatchMode))
            trust = trust with { Ask = null };
        trust = settings.Find(SshKeys.StrictHostKeyChecking)?.ToLowerInvariant() switch
        {
            "yes" or "true" => trust with { AcceptNew = false, Ask = null },
            // A key that has changed is refused in each case.
            "no" or "false" or "off" or "accept-new" => trust with { AcceptNew = true },
            _ => trust,
        };
        if (settings.Find(SshKeys.HostKeyAlias) is { } alias)
            trust = trust with { KnownAs = alias };
        string[] user = FilesOf(SshKeys.UserKnownHostsFile, settings), machine = FilesOf(SshKeys.GlobalKnownHostsFile, settings);
        options = options with { Trust = trust with { FurtherFiles = [.. user.Skip(1), .. machine] } };
        return user is [var first, ..] ? options with { KnownHostsFile = first } : options;
    }

    private static string[] FilesOf(ConfigurationKey key, SshSettings settings)
        => [.. (settings.Host.Find(key)?.Values ?? []).Select(file => file is "none" ? NoFile : SshPaths.Expand(file, settings.Host))];

    private static Route RouteOf(SshSettings settings)
    {
        AddressFamily family = settings.Find(SshKeys.AddressFamily)?.ToLowerInvariant() switch
        {
            "inet" => AddressFamily.InterNetwork,
            "inet6" => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        IPAddress? from = settings.Find(SshKeys.BindAddress) is { } text
            ? IPAddress.TryParse(text, out IPAddress? address)
                ? address
                : throw new FormatException($"-b takes an address of this machine, not '{text}'")
            : null;
        return family == AddressFamily.Unspecified && from is null ? Route.Direct : Route.DirectFrom(from, family);
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
