using System.CommandLine;
using RemoteShell.Cli.Client.Configuration;

namespace RemoteShell.Cli.Client.Options;

/// <summary>What says how the bytes of a connection reach a host.</summary>
/// <param name="Key">The key: that of jump hosts, of a program or of a broker.</param>
/// <param name="Text">Its value.</param>
/// <param name="Setting">The line of the configuration; null: an option of the command line.</param>
internal sealed record RouteChoice(ConfigurationKey Key, string Text, Setting? Setting)
{
    /// <summary>The choice for a host: an option goes before the file.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">What applies to the host.</param>
    /// <param name="options">The options for the keys of <see cref="ConfigurationKeys.OfRoute"/>, in this order.</param>
    /// <returns>Null: it is reached directly.</returns>
    public static RouteChoice? Of(ParseResult parsed, HostSettings settings, params ReadOnlySpan<Option<string>> options)
    {
        for (int i = 0; i < options.Length; i++)
        {
            if (parsed.GetValue(options[i]) is { } text)
                return new(ConfigurationKeys.OfRoute[i], text, null);
        }

        Setting? first = settings.All.FirstOrDefault(one => ConfigurationKeys.OfRoute.Contains(one.Key));
        return first is null ? null : new(first.Key, first.Values[0], first);
    }

    /// <summary>Reads the value.</summary>
    /// <exception cref="FormatException">It is wrong. The message names the line of the file.</exception>
    public T Read<T>(Func<string, T> read) => Setting is null ? read(Text) : HostSettings.Checked(Setting, read);
}
