using System.Globalization;
using System.Text.Json;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>Shows the hosts that are connected to a broker.</summary>
internal static class BrokerHostTable
{
    private const string Unknown = "-";

    /// <summary>Writes a line for each host, in columns.</summary>
    public static void Write(IReadOnlyList<BrokerHost> hosts, TextWriter target)
    {
        int names = hosts.Select(host => host.Name.Length).DefaultIfEmpty().Max();
        int groups = hosts.Select(host => GroupsOf(host).Length).DefaultIfEmpty().Max();
        foreach (BrokerHost host in hosts)
        {
            string key = FingerprintOf(host) ?? Unknown;
            string since = host.Since.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            target.WriteLine($"{host.Name.PadRight(names)}  {GroupsOf(host).PadRight(groups)}  {host.Version,-8}  {since}  {key}");
        }
    }

    /// <summary>Writes a line of JSON for each host.</summary>
    public static void WriteJson(IReadOnlyList<BrokerHost> hosts, Stream target) => JsonLines.Write(hosts, Fields, target);

    private static void Fields(Utf8JsonWriter json, BrokerHost host)
    {
        json.WriteString("host", host.Name);
        json.WriteStartArray("groups");
        foreach (string group in host.Groups)
            json.WriteStringValue(group);
        json.WriteEndArray();
        json.WriteString("version", host.Version);
        json.WriteString("since", host.Since);
        if (FingerprintOf(host) is { } fingerprint)
            json.WriteString("fingerprint", fingerprint);
    }

    private static string GroupsOf(BrokerHost host) => host.Groups.Count > 0 ? string.Join(',', host.Groups) : Unknown;

    private static string? FingerprintOf(BrokerHost host)
        => PublicKey.TryParse(host.Key ?? "", out PublicKey? key) ? key!.Fingerprint : null;
}
