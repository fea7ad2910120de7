using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server authorize</c>: adds keys to the file of authorized keys.</summary>
internal static class AuthorizeCommand
{
    /// <summary>The name of the command. Words after its first argument may begin with a dash.</summary>
    public const string Name = "authorize";

    private const string Help = "see: rsh-server authorize --help";
    private const string Hint = "write KEY as a fingerprint, the text behind the key, or the key; see: rsh-server authorize --help";

    private static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Do not add a key: say for each line of the key KEY whether it permits REQUEST, and which option decides. "
            + "Exit status: 0 if it is permitted, 1 if not. REQUEST is run PROGRAM [ARGUMENT…], shell [LINE], terminal, connect, "
            + "get PATH, put PATH, forward HOST:PORT, listen [HOST:]PORT, agent, chat, notify, complete, jobs, attach, or a built-in.",
    };

    private static readonly Option<string[]> Further = new(AuthenticationOptions.AuthorizedKeysName)
    {
        Description = "With --explain: a list that the server reads too, as on its own command line; repeatable "
            + "[those of /etc/rsh-server/config].",
        HelpName = "FILE",
    };

    private static readonly Argument<string[]> Source = new("KEY|FILE|-|KEY REQUEST")
    {
        Description = "A line that 'rsh-client pubkey' has printed, a file with such lines, or - for standard input [-]. "
            + "Options in front of a key, with commas between them, restrict it, such as from=\"10.0.0.0/8\", expiry-time=\"20301231\", "
            + "command=\"backup\", allow=\"run:uptime *\", no-pty, no-chat or max-jobs=4.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        var command = new Command(Name, "Allow a public key to use this server, or say what a key may do.")
        {
            Explain, Further, Source,
        };
        command.SetAction(parsed => parsed.GetValue(Explain) ? ExplainRequest(parsed) : Run(parsed));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(Further) is [_, ..])
            throw new UsageException($"{Further.Name} needs --explain: keys are added to the server's own list only", Help);
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
                string fingerprint = FingerprintOf(line);
                Console.Error.WriteLine(isNew ? $"authorized {fingerprint} in {keys.Path}" : $"{fingerprint} is authorized already");
            }
        }
        catch (FormatException e)
        {
            throw new RemoteShellException(e.Message, e) { Hint = "print the key with 'rsh-client pubkey' at the client" };
        }

        return 0;
    }

    private static int ExplainRequest(ParseResult parsed)
    {
        string[] words = parsed.GetValue(Source) ?? [];
        if (words.Length < 2)
            throw new UsageException("--explain needs KEY and REQUEST", Help);
        // The file of the machine decides about forwarding.
        string[] further = [.. (parsed.GetValue(Further) ?? []).Select(path => $"{Further.Name}={path}")];
        RunSettings settings = RunSettings.Read(RunCommand.Create().Parse(further));
        if (settings.Faults is [var fault, ..])
            throw new RemoteShellException(fault.Message, fault) { Hint = "see what is wrong with: rsh-server run --check" };
        IReadOnlyList<KeyExplanation> lines = ExplanationsOf(settings.Options, words);
        if (lines.Count == 0)
        {
            string files = string.Join(" and ", settings.Options.AllAuthorizedKeysFiles);
            throw new RemoteShellException($"there is no key '{words[0]}' in {files}") { Hint = Hint };
        }

        foreach (KeyExplanation line in lines)
            Console.Out.WriteLine($"{line.File}:{line.Line}: {line.Reason}");
        // The lines that may count: all up to the first that counts for each client.
        KeyExplanation[] used = [.. lines.Where(line => !line.IsUnused)];
        int last = Array.FindIndex(used, line => line.IsLast);
        return used.Length > 0 && used.Take(last < 0 ? used.Length : last + 1).All(line => line.IsAllowed) ? 0 : 1;
    }

    private static IReadOnlyList<KeyExplanation> ExplanationsOf(ServerOptions options, string[] words)
    {
        try
        {
            return KeyExplainer.Explain(options, words[0], words is [_, var text] ? text.Split(' ') : words[1..]);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message, Help);
        }
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

    private static string FingerprintOf(string line)
    {
        int start = KeyType.All.Max(type => line.IndexOf($"{type} ", StringComparison.Ordinal));
        return start >= 0 && PublicKey.TryParseAny(line[start..], out PublicKey? key) ? key!.Fingerprint : "the key";
    }
}
