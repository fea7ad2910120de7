using System.Globalization;
using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>The tokens in values of the configuration file, such as <c>%h</c>. They mean what they mean in ssh_config(5).</summary>
internal static class ConfigurationTokens
{
    /// <summary>Expands <c>%h</c> and <c>%%</c>, the tokens of HostName.</summary>
    /// <exception cref="FormatException">Another token is used.</exception>
    public static string ExpandName(string text, string name) => Expand(text, token => token == 'h' ? name : null);

    /// <summary>Expands the tokens of a command line or of a path.</summary>
    /// <exception cref="FormatException">A token is not known.</exception>
    public static string Expand(string text, HostQuery query, HostAddress address, string? user) => Expand(text, token => token switch
    {
        'h' => address.Host,
        'n' => query.Name,
        'p' => address.Port.ToString(CultureInfo.InvariantCulture),
        'r' => user ?? Environment.UserName,
        'u' => Environment.UserName,
        'd' => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
        'l' => Environment.MachineName,
        'L' => Environment.MachineName.Split('.')[0],
        _ => null,
    });

    private static string Expand(string text, Func<char, string?> valueOf)
    {
        var expanded = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                expanded.Append(text[i]);
                continue;
            }

            char token = ++i < text.Length ? text[i] : '\0';
            string? value = token == '%' ? "%" : valueOf(token);
            expanded.Append(value ?? throw new FormatException(
                token == '\0' ? "a single % is at the end; write %%" : $"%{token} is not a token here; a single % is written %%"));
        }

        return expanded.ToString();
    }
}
