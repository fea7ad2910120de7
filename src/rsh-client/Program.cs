using System.CommandLine;
using System.CommandLine.Invocation;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Protocol.Transport;

SystemTrustStore.Disable();

// Flags → library → exit code.
Command run = RunCommand.Create(), calc = CalcCommand.Create(), upper = UpperCommand.Create(), shell = ShellCommand.Create();
var root = new RootCommand("Runs commands on another machine, with every byte of their output verified.")
{
    run,
    calc,
    upper,
    shell,
    GetCommand.Create(),
    JobsCommand.Create(),
    AttachCommand.Create(),
    LogsCommand.Create(),
    WaitCommand.Create(),
    KillCommand.Create(),
    RmCommand.Create(),
    WhoCommand.Create(),
    ChatCommand.Create(),
    NotifyCommand.Create(),
    PingCommand.Create(),
    TimeCommand.Create(),
    ReplayCommand.Create(),
    KeygenCommand.Create(),
    PubkeyCommand.Create(),
};
// At its prompt this program's own subcommands work as well.
root.Subcommands.Insert(4, ConnectCommand.Create(arguments => RunAsync([.. arguments])));
return await RunAsync(args);

async Task<int> RunAsync(string[] args)
{
    string cure = $"see: rsh-client {string.Join(' ', args.TakeWhile(arg => root.Subcommands.Any(command => command.Name == arg)).Append("--help"))}";
    try
    {
        // The system hands over bytes, and the framework text: what is not UTF-8 would arrive as something else.
        if (args.FirstOrDefault(arg => arg.Contains('\uFFFD')) is { } damaged)
            return UserMessages.Fail(ExitStatus.Usage, $"'{damaged}' holds bytes that are not UTF-8, and cannot be passed on as it is", "let the shell there make them: rsh-client run HOST $'printf \"\\\\377\"'");
        ParseResult parsed = root.Parse(TrailingCommand.Protect(args, run, calc, upper, shell), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return UserMessages.Fail(ExitStatus.Usage, parsed.Errors[^1].Message, cure);
        // Ctrl+C belongs to the remote command; each subcommand decides what becomes of it.
        return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }
    catch (FormatException e)
    {
        return UserMessages.Fail(ExitStatus.Usage, e.Message, cure);
    }
    catch (Exception e)
    {
        return UserMessages.Fail(e);
    }
}
