using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Connections;

/// <summary>What the server says to a client first, and what it accepts from it.</summary>
/// <param name="options">The limits and the message of the day that apply now.</param>
/// <param name="log">Receives why the message of the day cannot be read.</param>
internal sealed class ServerGreeting(CurrentOptions options, ILogger log)
{
    /// <summary>For a client that is refused.</summary>
    public ConnectionOptions Plain
    {
        get
        {
            ServerOptions now = options.Value;
            return new()
            {
                Agent = $"rsh-server/{ProductVersion.Text}",
                Limits = new() { MaxHeader = now.Limits.Header, MaxBody = now.Limits.Body },
                MaxChannels = now.Limits.Channels,
                KeepaliveInterval = now.KeepaliveTimeout / 3,
                KeepaliveTimeout = now.KeepaliveTimeout,
            };
        }
    }

    /// <summary>For a client whose key is accepted.</summary>
    /// <param name="next">What it learns about the server's next key; null: none is planned.</param>
    public ConnectionOptions Full(HelloNextKey? next) => Plain with { MessageOfTheDay = ReadMessageOfTheDay(), NextKey = next };

    // Read for each client, so that a change needs no restart of the server.
    private string? ReadMessageOfTheDay()
    {
        try
        {
            return options.Value.MessageOfTheDayFile is { } file ? File.ReadAllText(file).TrimEnd() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("the message of the day cannot be read: {Reason}", e.Message);
            return null;
        }
    }
}
