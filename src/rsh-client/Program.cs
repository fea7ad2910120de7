using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Protocol.Transport;

SystemTrustStore.Disable();

var root = new RootCommand("Run commands on another machine. All of their output is verified.");
Command run = RunCommand.Create(), calc = CalcCommand.Create(), upper = UpperCommand.Create(), shell = ShellCommand.Create();
CommandGroup[] groups =
[
    // The prompt runs subcommands of this program as well.
    new("Run commands:", [run, shell, ConnectCommand.Create(arguments => RunAsync([.. arguments]))]),
    new(
        "Manage jobs:",
        [
            JobsCommand.Create(),
            AttachCommand.Create(),
            LogsCommand.Create(),
            WaitCommand.Create(),
            KillCommand.Create(),
            RmCommand.Create(),
        ]),
    new("Files and recordings:", [GetCommand.Create(), ReplayCommand.Create()]),
    new("Keys:", [KeygenCommand.Create(), PubkeyCommand.Create()]),
    new("Other users:", [WhoCommand.Create(), ChatCommand.Create(), NotifyCommand.Create()]),
    new("Check a server:", [PingCommand.Create(), TimeCommand.Create()]),
    new("Small services:", [calc, upper]),
];
foreach (Command command in groups.SelectMany(group => group.Commands))
    root.Add(command);
foreach (HelpOption help in root.Options.OfType<HelpOption>())
{
    help.Description = "Show this help, or that of a command.";
    help.Action = new HelpPage(groups, HostOptions.Connection, ProgramHelp.Sections);
}

foreach (VersionOption version in root.Options.OfType<VersionOption>())
    version.Description = "Show the version.";
return await RunAsync(args);

async Task<int> RunAsync(string[] args)
{
    IEnumerable<string> subcommand = args.TakeWhile(arg => root.Subcommands.Any(command => command.Name == arg));
    string hint = $"see: rsh-client {string.Join(' ', subcommand.Append("--help"))}";
    try
    {
        // The framework decodes arguments as UTF-8, and replaces other bytes by U+FFFD: they would not arrive as they are.
        if (args.FirstOrDefault(arg => arg.Contains('\uFFFD')) is { } damaged)
        {
            return UserMessages.Fail(
                ExitStatus.Usage,
                $"'{damaged}' has bytes that are not UTF-8, and cannot be passed on",
                "let the remote shell create them: rsh-client run HOST $'printf \"\\\\377\"'");
        }

        string[] words = TrailingCommand.Protect(args, run, calc, upper, shell);
        ParseResult parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return UserMessages.Fail(ExitStatus.Usage, parsed.Errors[^1].Message, hint);
        // Each subcommand handles Ctrl+C itself.
        return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }
    catch (FormatException e)
    {
        return UserMessages.Fail(ExitStatus.Usage, e.Message, hint);
    }
    catch (Exception e)
    {
        return UserMessages.Fail(e);
    }
}
