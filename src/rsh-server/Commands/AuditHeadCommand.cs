using System.CommandLine;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Server.Audit;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server audit head</c>: prints what shows later that the end of the journal was not cut off.</summary>
internal static class AuditHeadCommand
{
    public static Command Create()
    {
        const string Summary = "Print the number and the digest of the last line, to keep on another machine for 'audit verify --head'.";
        var command = new Command("head", Summary);
        command.SetAction(_ =>
        {
            AuditHead? head = AuditReader.HeadOf(AuditFilesArgument.ServersOwn());
            Console.Out.WriteLine(head ?? throw new RemoteShellException("the audit journal has no line"));
            return 0;
        });
        return command;
    }
}
