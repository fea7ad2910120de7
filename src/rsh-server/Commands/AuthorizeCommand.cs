using System.CommandLine;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server authorize</c>: adds keys to the file of authorized keys.</summary>
internal static class AuthorizeCommand
{
    private static readonly Argument<string[]> Source = new("KEY|FILE|-")
    {
        Description = "A line that 'rsh-client pubkey' has printed, a file with such lines, or - for standard input [-]. "
            + "Options in front of a key restrict it: from=\"10.0.0.0/8\",expiry-time=\"20301231\",idle-timeout=1h,no-chat,no-notify.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        var command = new Command("authorize", "Allow a public key to use this server.") { Source };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] words = parsed.GetValue(Source) ?? [];
        string[] lines = [.. Lines(words).Where(line => line.Trim() is { Length: > 0 } text && text[0] != '#')];
        if (lines.Length == 0)
        {
            throw new RemoteShellException("there is no key to authorize")
            {
                Hint = "print the key with 'rsh-client pubkey' at the client",
            };
        }

        var keys = new AuthorizedKeys(new ServerOptions().AuthorizedKeysFile);
        try
        {
            foreach (string line in lines)
            {
                bool isNew = keys.Add(line);
                Console.Error.WriteLine(isNew ? $"authorized {Name(line)} in {keys.Path}" : $"{Name(line)} is authorized already");
            }
        }
        catch (FormatException e)
        {
            throw new RemoteShellException(e.Message, e) { Hint = "print the key with 'rsh-client pubkey' at the client" };
        }

        return 0;
    }

    // The words of a key may be one argument or several. A single word is a file.
    private static IEnumerable<string> Lines(string[] words)
    {
        if (words is [] or ["-"])
            return Console.In.ReadToEnd().Split('\n');
        if (words.Length == 1 && !words[0].Contains(' ', StringComparison.Ordinal))
        {
            if (File.Exists(words[0]))
                return File.ReadAllLines(words[0]);
            throw new RemoteShellException($"{words[0]} is neither a key nor a file")
            {
                Hint = "quote the key, or write the path of a file",
            };
        }

        return [string.Join(' ', words)];
    }

    private static string Name(string line)
    {
        int start = KeyType.All.Max(type => line.IndexOf($"{type} ", StringComparison.Ordinal));
        return start >= 0 && PublicKey.TryParseAny(line[start..], out PublicKey? key) ? key!.Fingerprint : "the key";
    }
}
