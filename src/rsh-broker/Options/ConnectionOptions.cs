using System.CommandLine;
using RemoteShell.Broker.Connections;

namespace RemoteShell.Cli.Broker.Options;

/// <summary>The options that say which broker to use.</summary>
internal static class ConnectionOptions
{
    private static readonly Option<string> Url = new("--url")
    {
        Description = "The broker: nats://HOST:4222, or tls://HOST:4222; several with commas.",
        HelpName = "URL",
        Required = true,
    };

    private static readonly Option<string?> Credentials = new("--credentials")
    {
        Description = "A file with credentials for the broker: .creds, the seed of an NKey, or a line USER:PASSWORD.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Authorities = new("--ca")
    {
        Description = "A PEM file with the authorities that may sign the broker's certificate [those of the system].",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Inbox = new("--inbox")
    {
        Description = "Where answers come: the beginning of a subject that the broker permits to this user [_INBOX].",
        HelpName = "SUBJECT",
    };

    public static void AddTo(Command command)
    {
        command.Add(Url);
        command.Add(Credentials);
        command.Add(Authorities);
        command.Add(Inbox);
    }

    /// <summary>The options of a connection.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">The name under which the broker lists it.</param>
    public static BrokerOptions Read(ParseResult parsed, string name)
    {
        var options = new BrokerOptions
        {
            Url = parsed.GetRequiredValue(Url),
            CredentialsFile = parsed.GetValue(Credentials),
            AuthoritiesFile = parsed.GetValue(Authorities),
            Name = name,
        };
        return parsed.GetValue(Inbox) is { } inbox ? options with { InboxPrefix = inbox } : options;
    }
}
