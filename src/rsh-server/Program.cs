using System.CommandLine;
using System.CommandLine.Invocation;
using RemoteShell.Cli.Server.Commands;
using RemoteShell.Cli.Server.Output;
using RemoteShell.Protocol.Transport;

SystemTrustStore.Disable();

// Flags → library → exit code.
var root = new RootCommand("Runs commands for people and programs on other machines.")
{
    RunCommand.Create(),
    StatusCommand.Create(),
    StopCommand.Create(),
    DisconnectCommand.Create(),
    AuthorizeCommand.Create(),
    FingerprintCommand.Create(),
};
ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
    return Failure.Report(2, parsed.Errors[0].Message, $"see: rsh-server {string.Join(' ', args.TakeWhile(arg => !arg.StartsWith('-')).Take(1).Append("--help"))}");
try
{
    // The server stops by signals in its own order and time.
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e)
{
    return Failure.Report(e);
}
