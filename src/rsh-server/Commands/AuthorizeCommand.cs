using System.CommandLine;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server authorize</c>: lets a client in.</summary>
internal static class AuthorizeCommand
{
    private static readonly Argument<string[]> Source = new("KEY|FILE|-")
    {
        Description = "A line that 'rsh-client pubkey' printed, a file with such lines, or - for standard input. Options may stand in front: from=\"10.0.0.0/8\",expiry-time=\"20301231\".",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        var command = new Command("authorize", "Let the holder of a public key use this server.") { Source };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] words = parsed.GetValue(Source) ?? [];
        string[] lines = [.. Lines(words).Where(line => line.Trim() is { Length: > 0 } text && text[0] != '#')];
        if (lines.Length == 0)
            throw new RemoteShellException("there is no key to authorize") { Hint = "print it with 'rsh-client pubkey' at the client" };
        var keys = new AuthorizedKeys(new ServerOptions().AuthorizedKeysFile);
        try
        {
            foreach (string line in lines)
                Console.Error.WriteLine(keys.Add(line) ? $"authorized {Name(line)} in {keys.Path}" : $"{Name(line)} is authorized already");
        }
        catch (FormatException e)
        {
            throw new RemoteShellException(e.Message, e) { Hint = "print the key with 'rsh-client pubkey' at the client" };
        }

        return 0;
    }

    // A key's words may come as one argument or as several; a single word is a file.
    private static IEnumerable<string> Lines(string[] words)
    {
        if (words is [] or ["-"])
            return Console.In.ReadToEnd().Split('\n');
        if (words.Length == 1 && !words[0].Contains(' ', StringComparison.Ordinal))
            return File.Exists(words[0]) ? File.ReadAllLines(words[0]) : throw new RemoteShellException($"{words[0]} is neither a key nor a file") { Hint = "quote the key, or give the file's path" };
        return [string.Join(' ', words)];
    }

    private static string Name(string line)
    {
        int start = line.IndexOf(PublicKey.Algorithm, StringComparison.Ordinal);
        return start >= 0 && PublicKey.TryParse(line[start..], out PublicKey? key) ? key!.Fingerprint : "the key";
    }
}
