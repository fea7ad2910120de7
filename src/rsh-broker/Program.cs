using System.CommandLine;
using System.CommandLine.Help;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Broker.Commands;
using RemoteShell.Cli.Broker.Output;
using RemoteShell.Cli.Start;

StandardDescriptors.EnsureOpen();

var root = new RootCommand("Reach hosts that connect out to a NATS broker.")
{
    ServeCommand.Create(),
    DialCommand.Create(),
    HostsCommand.Create(),
    PublishCommand.Create(),
    ResultsCommand.Create(),
    SetupCommand.Create(),
};
root.Add(ManualCommand.Create(() => root));
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);

try
{
    ParseResult parsed = new CommandLine("rsh-broker", root).Parse(args);
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e)
{
    return Failure.Report(e);
}
