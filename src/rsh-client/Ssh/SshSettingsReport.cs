using System.Globalization;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The settings of a call in the form of <c>ssh -G</c>: a key in lower case and its value in each line.</summary>
internal static class SshSettingsReport
{
    private static readonly (ConfigurationKey Key, string Usual)[] Usual =
    [
        (SshKeys.AddressFamily, "any"),
        (SshKeys.BatchMode, "no"),
        (SshKeys.ClearAllForwardings, "no"),
        (SshKeys.ExitOnForwardFailure, "no"),
        (SshSettings.Key("ForwardX11"), "no"),
        (SshKeys.GatewayPorts, "no"),
        (SshSettings.Key("PermitLocalCommand"), "no"),
        (ConfigurationKeys.RequestTty, "auto"),
        (SshKeys.SessionType, "default"),
        (SshKeys.StdinNull, "no"),
        (SshKeys.ForkAfterAuthentication, "no"),
        (SshKeys.StrictHostKeyChecking, "ask"),
        (SshSettings.Key("Tunnel"), "false"),
        (SshKeys.ServerAliveCountMax, "3"),
        (SshKeys.ServerAliveInterval, "0"),
        (SshKeys.LogLevel, "INFO"),
        (SshKeys.ForwardAgent, "no"),
        (ConfigurationKeys.ConnectTimeout, "none"),
        (SshKeys.EscapeChar, "~"),
    ];

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Of(SshSettings settings)
    {
        HostAddress address = settings.Host.Address;
        yield return $"host {settings.Host.Query.Name}";
        yield return $"user {settings.Host.User ?? Environment.UserName}";
        yield return $"hostname {address.Host}";
        yield return string.Create(CultureInfo.InvariantCulture, $"port {address.Port}");
        foreach ((ConfigurationKey key, string usual) in Usual)
            yield return $"{NameOf(key)} {settings.Find(key) ?? usual}";
        ConfigurationKey[] told =
        [
            ConfigurationKeys.HostName, ConfigurationKeys.User, ConfigurationKeys.Port, .. Usual.Select(usual => usual.Key),
        ];
        foreach (Setting setting in settings.Host.All.Where(setting => !told.Contains(setting.Key)))
            yield return $"{NameOf(setting.Key)} {string.Join(' ', setting.Values)}";
    }

    private static string NameOf(ConfigurationKey key) => key.Name.ToLowerInvariant();
}
