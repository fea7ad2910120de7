using System.CommandLine;
using System.CommandLine.Help;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Start;
using RemoteShell.Protocol.Transport;

StandardDescriptors.EnsureOpen();
SystemTrustStore.Disable();

var root = new RootCommand("Run commands on another machine. All of their output is verified.");
Command run = RunCommand.Create(), calc = CalcCommand.Create(), upper = UpperCommand.Create(), shell = ShellCommand.Create();
var commandLine = new CommandLine("rsh-client", root, run, calc, upper, shell);
CommandGroup[] groups =
[
    // The prompt runs subcommands of this program as well.
    new("Run commands:", [run, shell, ConnectCommand.Create(arguments => RunAsync([.. arguments]))]),
    new(
        "Manage jobs:",
        [
            JobsCommand.Create(),
            AttachCommand.Create(arguments => RunAsync([.. arguments])),
            LogsCommand.Create(),
            WaitCommand.Create(),
            KillCommand.Create(),
            RmCommand.Create(),
        ]),
    new(
        "Files and recordings:",
        [PutCommand.Create(), GetCommand.Create(), CpCommand.Create(), FileCommand.Create(), ReplayCommand.Create()]),
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
    string hint = commandLine.Help(root.Subcommands.FirstOrDefault(command => command.Name == args.FirstOrDefault())?.Name);
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

        ParseResult parsed = commandLine.Parse(args);
        // Each subcommand handles Ctrl+C itself.
        return await parsed.InvokeAsync(new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = StandardText.Output,
            Error = StandardText.Error,
        });
    }
    catch (OperationCanceledException)
    {
        return Interrupts.CancelledStatus;
    }
    catch (FormatException e)
    {
        return UserMessages.Fail(ExitStatus.Usage, e.Message, e is UsageException usage ? usage.Hint : hint);
    }
    catch (Exception e)
    {
        return UserMessages.Fail(e);
    }
}
