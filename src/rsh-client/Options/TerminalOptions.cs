using System.Collections;
using System.CommandLine;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Options;

/// <summary>A command on the local terminal: what the subcommands that do so share.</summary>
internal static class TerminalOptions
{
    public static Option<string> DetachKeys { get; } = new("--detach-keys") { Description = "Keys that detach, beside ~d at the start of a line. Default: none.", HelpName = "ctrl-p,ctrl-q" };

    /// <summary>The bytes of the keys that detach.</summary>
    public static byte[] KeysOf(ParseResult parsed) => parsed.GetValue(DetachKeys) is { } keys ? Terminals.DetachKeys.Parse(keys) : [];

    /// <summary>Runs the command on a terminal there, and on this one.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, RemoteCommand command, string? record)
    {
        string host = parsed.GetValue(HostOptions.Host)!;
        ClientOptions plain = HostOptions.Options(parsed, host, UserMessages.Say);
        RemoteText? text = RemoteText.Of(parsed, plain);
        command = command with { Encoding = text?.Name, Terminal = LocalTerminal.DescribeRemote(), Environment = WithLocale(command.Environment, text) };
        using Asciicast? recording = record is null ? null : Begin(record, command);
        var session = new TerminalSession(host, KeysOf(parsed), recording, text);
        ClientOptions options = session.Attend(plain) with { MessageOfTheDay = UserMessages.Announce };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        return await session.RunAsync((streams, _, token) => client.StartAsync(command, streams, token), "", interrupts);
    }

    /// <summary>The user's language goes along, as far as it was not given, and as far as its characters are those of the remote.</summary>
    public static Dictionary<string, string> WithLocale(IReadOnlyDictionary<string, string>? given, RemoteText? text)
    {
        bool isUtf8 = text is null;
        var variables = new Dictionary<string, string>(given ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if ((string)variable.Key is var name && (name is "COLORTERM" || (isUtf8 && (name is "LANG" or "LANGUAGE" || name.StartsWith("LC_", StringComparison.Ordinal)))))
                variables.TryAdd(name, (string?)variable.Value ?? "");
        return variables;
    }

    private static Asciicast Begin(string path, RemoteCommand command)
    {
        try
        {
            return new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read), LocalTerminal.Describe(), command.Text, e => UserMessages.Say($"the recording {path} ends here: {e.Message}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot record: {e.Message}", e) { Hint = "give --record a file that can be written" };
        }
    }
}
