using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using RemoteShell.Cli.Server.Commands;
using RemoteShell.Cli.Server.Output;
using RemoteShell.Protocol.Transport;

SystemTrustStore.Disable();

var root = new RootCommand("Run commands on this machine for authorized clients.")
{
    RunCommand.Create(),
    StatusCommand.Create(),
    StopCommand.Create(),
    DisconnectCommand.Create(),
    AuthorizeCommand.Create(),
    FingerprintCommand.Create(),
};
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);

ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    IEnumerable<string> words = args.TakeWhile(arg => !arg.StartsWith('-')).Take(1).Append("--help");
    return Failure.Report(2, parsed.Errors[0].Message, $"see: rsh-server {string.Join(' ', words)}");
}

try
{
    // No termination timeout: on a signal, the server stops in its own order and time.
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e)
{
    return Failure.Report(e);
}
