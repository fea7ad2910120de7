using System.Text;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The parsers of a line of <c>authorized_keys</c>, and of a key in <c>known_hosts</c>.</summary>
internal static class KeysFuzz
{
    public static void Run(byte[] input)
    {
        string line = Encoding.UTF8.GetString(input);
        try
        {
            AuthorizedKeys.ParseLine(line);
        }
        catch (FormatException)
        {
            // The only exception that is allowed.
        }

        if (PublicKey.TryParse(line, out PublicKey? key) && !PublicKey.TryParse(key!.ToString(), out _))
            throw new InvalidOperationException("a key was read and cannot be read again");
    }
}
