using System.CommandLine;
using System.CommandLine.Help;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Server.Commands;
using RemoteShell.Cli.Server.Output;
using RemoteShell.Cli.Start;
using RemoteShell.Protocol.Transport;

StandardDescriptors.EnsureOpen();
SystemTrustStore.Disable();

var root = new RootCommand("Run commands on this machine for authorized clients.")
{
    RunCommand.Create(),
    StatusCommand.Create(),
    StopCommand.Create(),
    DisconnectCommand.Create(),
    JobsCommand.Create(),
    KillCommand.Create(),
    RecordCommand.Create(),
    AuthorizeCommand.Create(),
    KeysCommand.Create(),
    RevokeCommand.Create(),
    InviteCommand.Create(),
    FingerprintCommand.Create(),
    RotateKeyCommand.Create(),
    AuditCommand.Create(),
};
root.Add(ManualCommand.Create(() => root));
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);

try
{
    ParseResult parsed = new CommandLine("rsh-server", root, AuthorizeCommand.Name).Parse(args);
    // No termination timeout: on a signal, the server stops in its own order and time.
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e)
{
    return Failure.Report(e);
}
