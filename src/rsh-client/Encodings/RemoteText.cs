using System.CommandLine;
using System.Text;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>The encoding of the remote text, if it is not UTF-8.</summary>
/// <param name="Name">The name, as the user gave it.</param>
internal sealed record RemoteText(string Name)
{
    /// <summary>The option of the subcommands that show or send text.</summary>
    public static Option<string> Flag { get; } = new("--encoding")
    {
        Description = "The encoding of the remote text, such as gbk; output is shown as UTF-8 [utf-8].",
        HelpName = "NAME",
    };

    /// <summary>The encoding of the option; null for UTF-8.</summary>
    /// <exception cref="FormatException">The encoding is not known.</exception>
    public static RemoteText? Of(ParseResult parsed)
    {
        string? name = parsed.GetValue(Flag);
        return name is null || TextEncoding.GetStrict(name).CodePage == Encoding.UTF8.CodePage ? null : new(name);
    }

    /// <summary>The option as the user gave it, for another command line of this program.</summary>
    public static IEnumerable<string> Given(ParseResult parsed) => parsed.GetValue(Flag) is { } name ? [$"{Flag.Name}={name}"] : [];
}
