using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client config</c>: prints what the configuration says of a host.</summary>
internal static class ConfigCommand
{
    private const string FromDefault = "default", FromCommandLine = "command line";

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON, one object per line." };

    public static Command Create()
    {
        var command = new DocumentedCommand("config", "Print the settings of a host, and where each comes from.")
        {
            Details =
            [
                "The files ~/.config/rsh-client/config and /etc/rsh-client/config have the syntax of ssh_config: Host, Match, Include, " +
                "and for each key the first value wins. Options of the command line go before them. Nothing is connected.",
            ],
            Examples = ["config server.example", "config --config test.conf bob@server.example:7023"],
        };
        command.Add(HostOptions.Host);
        command.Add(Json);
        command.Add(HostOptions.Config);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => Task.FromResult(Run(parsed))));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        HostSettings settings = HostOptions.Settings(parsed, parsed.GetValue(HostOptions.Host)!);
        List<(string Key, string Value, string Source)> rows = [.. ConfigurationKeys.All.SelectMany(key => RowsOf(key, settings))];
        if (parsed.GetValue(Json))
        {
            foreach ((string key, string value, string source) in rows)
                StandardText.Output.WriteLine(ToJson(key, value, source));
            return 0;
        }

        int width = rows.Max(row => row.Key.Length + row.Value.Length);
        foreach ((string key, string value, string source) in rows)
            StandardText.Output.WriteLine($"{$"{key} {value}".PadRight(width + 1)}  # {source}");
        return 0;
    }

    private static IEnumerable<(string Key, string Value, string Source)> RowsOf(ConfigurationKey key, HostSettings settings)
    {
        HostQuery query = settings.Query;
        string? given = key == ConfigurationKeys.Port ? query.Port?.ToString(CultureInfo.InvariantCulture)
            : key == ConfigurationKeys.User ? query.User
            : null;
        if (given is not null)
            return [(key.Name, given, FromCommandLine)];
        (string Key, string Value, string Source)[] found =
            [.. settings.All.Where(one => one.Key == key).Select(one => (key.Name, TextOf(one, settings), one.Place.ToString()))];
        if (found.Length > 0)
            return found;
        if (key == ConfigurationKeys.HostName)
            return [(key.Name, query.Name, FromCommandLine)];
        return key.Default is { } usual ? [(key.Name, usual, FromDefault)] : [];
    }

    // As it could stand in a file, but the name of the host with its tokens expanded.
    private static string TextOf(Setting setting, HostSettings settings) => setting.Key.Shape switch
    {
        _ when setting.Key == ConfigurationKeys.HostName => settings.Address.Host,
        KeyShape.CommandLine => setting.Values[0],
        _ => string.Join(' ', setting.Values.Select(Quoted)),
    };

    private static string Quoted(string value)
    {
        if (value.Length > 0 && !value.StartsWith('#') && !value.Any(IsSpecial))
            return value;
        return $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static bool IsSpecial(char one) => one is ' ' or '\t' or '\'' or '"' or '\\';

    private static string ToJson(string key, string value, string source)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("value", value);
            json.WriteString("source", source);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
