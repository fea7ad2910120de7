using System.CommandLine;
using System.CommandLine.Help;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Ssh;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Start;

StandardDescriptors.EnsureOpen();

// Their words after HOST belong to a remote command.
string[] trailing = ["run", "shell", "calc", "upper"];

if (SshProgram.IsMeant)
    return await SshProgram.RunAsync(args);
if (args.FirstOrDefault() == SshProgram.Command)
    return await SshProgram.RunAsync(args[1..]);
return await RunAsync(args);

async Task<int> RunAsync(string[] args)
{
    (CommandLine commandLine, NamedCommand? named) = Read(args);
    try
    {
        args = WithBytes(args, commandLine, named);
        ParseResult parsed = new ConfiguredCommandLine(commandLine).Parse(args);
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
        return UserMessages.Fail(
            ExitStatus.Usage, e.Message, e is UsageException usage ? usage.Hint : commandLine.Help(named?.Name));
    }
    catch (Exception e)
    {
        return UserMessages.Fail(e);
    }
}

// The framework decodes arguments as UTF-8, and replaces other bytes by U+FFFD: they would not arrive as they are.
string[] WithBytes(string[] words, CommandLine commandLine, NamedCommand? named)
{
    if (!words.Any(RawWords.MayBeDamaged))
        return words;
    // What is typed at a prompt was not given to this process.
    string[]? raw = ReferenceEquals(words, args) ? RawWords.Read(words) : null;
    bool hasPaths = named?.Name is "put" or "get" or "cp" or "file";
    IReadOnlyList<int> paths = hasPaths && raw is not null ? commandLine.Operands(words) : [];
    string hint = hasPaths
        ? "in a pattern, let ? stand for such a byte; to transfer a local file that has it, transfer its folder with -r"
        : "let the remote shell create them: rsh-client run HOST $'printf \"\\\\377\"'";
    string[] read = raw ?? words;
    for (int i = 0; i < read.Length; i++)
    {
        bool isDamaged = raw is null ? RawWords.MayBeDamaged(words[i]) : RawWords.IsRaw(raw[i]);
        if (isDamaged && !paths.Contains(i))
            throw RawWords.Refusal(words[i], hint);
    }

    return read;
}

// Only the command that is named is made.
(CommandLine Line, NamedCommand? Named) Read(IReadOnlyList<string> words)
{
    IEnumerable<NamedCommand> shown = Groups(words).SelectMany(group => group.Commands);
    NamedCommand[] commands = [.. shown, Complete(), new(KeeperOptions.Name, KeepCommand.Create)];
    NamedCommand? named = commands.FirstOrDefault(command => command.Name == words.FirstOrDefault());
    RootCommand root = Root(named is null ? commands : [named]);
    return (new("rsh-client", root, [.. trailing, "complete"]), named);
}

OwnCommands Own() => new(words => RunAsync([.. words]), words => Read(words).Line);

// Of the command line with these words.
CommandGroup[] Groups(IReadOnlyList<string> words) =>
[
    new(
        "Run commands:",
        [
            new("run", () => RunCommand.Create(Own(), words)),
            new("shell", ShellCommand.Create),
            // The prompt runs subcommands of this program as well.
            new("connect", () => ConnectCommand.Create(Own())),
        ]),
    new(
        "Manage jobs:",
        [
            new("jobs", () => JobsCommand.Create(Own(), words)),
            new("attach", () => AttachCommand.Create(Own())),
            new("logs", LogsCommand.Create),
            new("wait", WaitCommand.Create),
            new("kill", KillCommand.Create),
            new("rm", RmCommand.Create),
        ]),
    new("Many hosts:", [new("runs", () => RunsCommand.Create(Own())), new("rerun", () => RerunCommand.Create(Own()))]),
    new(
        "Files and recordings:",
        [
            new("put", () => PutCommand.Create(Own(), words)),
            new("get", () => GetCommand.Create(Own(), words)),
            new("cp", CpCommand.Create),
            new("file", FileCommand.Create),
            new("replay", ReplayCommand.Create),
        ]),
    new("Forwarding:", [new("forward", ForwardCommand.Create)]),
    new("Configuration:", [new("config", ConfigCommand.Create), new("hosts", HostsCommand.Create)]),
    new(
        "Keys:",
        [
            new("join", JoinCommand.Create),
            new("keygen", KeygenCommand.Create),
            new("pubkey", PubkeyCommand.Create),
            new("forget", ForgetCommand.Create),
        ]),
    new("Other users:", [new("who", WhoCommand.Create), new("chat", ChatCommand.Create), new("notify", NotifyCommand.Create)]),
    new("Check a server:", [new("ping", () => PingCommand.Create(Own(), words)), new("time", TimeCommand.Create)]),
    new("Small services:", [new("calc", CalcCommand.Create), new("upper", UpperCommand.Create)]),
    new(
        "Shells and manuals:",
        [
            new("completion", CompletionCommand.Create),
            new("manual", () => ManualCommand.Create(() => new ClientManual(Groups([]), HostOptions.Connection, ProgramHelp.Sections))),
        ]),
];

// What the scripts of "completion" call.
NamedCommand Complete() => new("complete", () => CompleteCommand.Create(WholeRoot, trailing));

RootCommand WholeRoot() => Root(Groups([]).SelectMany(group => group.Commands));

RootCommand Root(IEnumerable<NamedCommand> commands)
{
    var root = new RootCommand("Run commands on another machine. All of their output is verified.");
    foreach (NamedCommand command in commands)
        root.Add(command.Create());
    foreach (HelpOption help in root.Options.OfType<HelpOption>())
    {
        help.Description = "Show this help, or that of a command.";
        help.Action = new HelpPage(Groups([]), HostOptions.Connection, ProgramHelp.Sections);
    }

    foreach (VersionOption version in root.Options.OfType<VersionOption>())
        version.Description = "Show the version.";
    return root;
}
