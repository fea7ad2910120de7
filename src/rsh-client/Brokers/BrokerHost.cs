using System.Text.Json;
using RemoteShell.Cli.Client.Output;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>A host that is connected to a broker, as it says itself.</summary>
/// <param name="Name">The name under which it is reached.</param>
/// <param name="Groups">Its groups.</param>
/// <param name="Version">The version of its <c>rsh-broker</c>.</param>
/// <param name="Key">Its server's key, as in <c>authorized_keys</c>; null if its server did not answer.</param>
/// <param name="Since">Since when it is connected, by its own clock.</param>
internal sealed record BrokerHost(string Name, IReadOnlyList<string> Groups, string Version, string? Key, DateTimeOffset Since)
{
    /// <summary>Reads a line of <c>rsh-broker hosts</c>.</summary>
    /// <exception cref="Protocol.RemoteShellException">The line has another form.</exception>
    public static BrokerHost Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            JsonElement fields = json.RootElement;
            return new(
                TextOf(fields, "name") ?? throw new FormatException("the name is missing"),
                fields.TryGetProperty("groups", out JsonElement groups) ? [.. groups.EnumerateArray().Select(Plain)] : [],
                TextOf(fields, "version") ?? "",
                TextOf(fields, "key"),
                DateTimeOffset.FromUnixTimeMilliseconds(fields.TryGetProperty("since", out JsonElement since) ? since.GetInt64() : 0));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw BrokerCall.OtherVersion(e);
        }
    }

    private static string? TextOf(JsonElement fields, string name)
        => fields.TryGetProperty(name, out JsonElement value) ? Plain(value) : null;

    // Hosts write these texts, and they come to the terminal.
    private static string Plain(JsonElement value) => UserMessages.OneLine(value.GetString() ?? "");
}
