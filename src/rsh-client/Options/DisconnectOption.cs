using System.CommandLine;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Options;

/// <summary>The value of <c>--on-disconnect</c>.</summary>
internal static class DisconnectOption
{
    /// <summary>The policy that the option names; null if it is not given.</summary>
    /// <exception cref="FormatException">The value is not a policy. The message names the option.</exception>
    public static DisconnectPolicy? PolicyOf(ParseResult parsed, Option<string> option)
    {
        if (parsed.GetValue(option) is not { } text)
            return null;
        try
        {
            return DisconnectPolicy.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{option.Name}: {e.Message}", e);
        }
    }
}
