using System.CommandLine;
using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Encodings;

/// <summary>The encoding of what the remote writes and reads, where it is not UTF-8.</summary>
/// <param name="Name">As the user gave it.</param>
internal sealed record RemoteText(string Name)
{
    /// <summary>The flag of the subcommands that show or send text.</summary>
    public static Option<string> Flag { get; } = new("--encoding") { Description = "The encoding of what the remote writes and reads, such as gbk: it is shown as UTF-8 here, and what is typed here is sent in it. Default: as config.json says for the host, else utf-8.", HelpName = "NAME" };

    /// <summary>What the flag says, else the configuration of the host; null for UTF-8.</summary>
    /// <exception cref="FormatException">There is no such encoding.</exception>
    public static RemoteText? Of(ParseResult parsed, ClientOptions options)
        => (parsed.GetValue(Flag) ?? HostConfiguration.Read(options.Folder).Of(options.Host).Encoding) is { } name && TextEncoding.GetStrict(name).CodePage != Encoding.UTF8.CodePage ? new(name) : null;

    /// <summary>The flag as it was given, for another command line.</summary>
    public static IEnumerable<string> Given(ParseResult parsed) => parsed.GetValue(Flag) is { } name ? [$"{Flag.Name}={name}"] : [];
}
