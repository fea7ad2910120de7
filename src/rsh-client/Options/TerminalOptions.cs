using System.Collections;
using System.CommandLine;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Cli.Failures;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Options;

/// <summary>Runs a command on the local terminal, for the subcommands that can do that.</summary>
internal static class TerminalOptions
{
    public static Option<string> DetachKeys { get; } = new("--detach-keys")
    {
        Description = "Keys that detach when typed one after the other, such as ctrl-p,ctrl-q. "
            + "~d at the start of a line also detaches [none].",
        HelpName = "KEYS",
    };

    /// <summary>The bytes that the keys of <c>--detach-keys</c> send.</summary>
    public static byte[] KeysOf(ParseResult parsed) => parsed.GetValue(DetachKeys) is { } keys ? Terminals.DetachKeys.Parse(keys) : [];

    /// <summary>Runs the command on a terminal at the server, which this terminal shows.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="command">The command.</param>
    /// <param name="record">The file of a recording; null: none is made.</param>
    /// <param name="noticed">Receives what is said before the terminal is shown.</param>
    public static async Task<int> RunAsync(ParseResult parsed, RemoteCommand command, string? record, Action<string> noticed)
    {
        string host = parsed.GetValue(HostOptions.Host)!;
        ClientOptions plain = HostOptions.For(command, HostOptions.Options(parsed, host, noticed));
        RemoteText? text = RemoteText.Of(parsed);
        command = command with
        {
            Encoding = text?.Name,
            Terminal = LocalTerminal.DescribeRemote(),
            Environment = WithLocale(command.Environment, text),
        };
        using Asciicast? recording = record is null ? null : Begin(record, command);
        var session = new TerminalSession(host, KeysOf(parsed), recording, text) { OnDisconnect = command.OnDisconnect };
        ClientOptions options = session.Attend(plain) with { MessageOfTheDay = UserMessages.Announce };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        await using IAsyncDisposable forwards = await ForwardOptions.StartAsync(parsed, client, interrupts.Cancelled);
        return await session.RunAsync((streams, _, token) => client.StartAsync(command, streams, token), "", interrupts);
    }

    /// <summary>Adds COLORTERM to the variables, and for UTF-8 also the user's locale. Variables that are set already stay.</summary>
    public static Dictionary<string, string> WithLocale(IReadOnlyDictionary<string, string>? given, RemoteText? text)
    {
        bool isUtf8 = text is null;
        var variables = new Dictionary<string, string>(given ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (name == "COLORTERM" || (isUtf8 && IsLocale(name)))
                variables.TryAdd(name, (string?)variable.Value ?? "");
        }

        return variables;
    }

    private static bool IsLocale(string name) => name is "LANG" or "LANGUAGE" || name.StartsWith("LC_", StringComparison.Ordinal);

    private static Asciicast Begin(string path, RemoteCommand command)
    {
        void Failed(Exception e) => UserMessages.Say($"the recording {path} ends here: {FileFailure.ReasonOf(e)}");
        try
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
            return new(file, LocalTerminal.Describe(), command.Text, Failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot record: {FileFailure.Describe(e)}", e) { Hint = "give --record a writable file" };
        }
    }
}
