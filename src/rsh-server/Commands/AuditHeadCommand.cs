using System.CommandLine;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Server.Audit;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server audit head</c>: prints what shows later that the end of the journal was not cut off.</summary>
internal static class AuditHeadCommand
{
    private static readonly Argument<string[]> Files = AuditFilesArgument.Create();

    public static Command Create()
    {
        const string Summary = "Print the number and the digest of the last line, to keep on another machine for 'audit verify --head'.";
        var command = new Command("head", Summary) { Files };
        command.SetAction(parsed =>
        {
            AuditReport report = AuditVerifier.Verify(AuditReader.Read(AuditFilesArgument.Of(parsed.GetValue(Files))), []);
            Console.Out.WriteLine(report.Head ?? throw new RemoteShellException("the audit journal has no line"));
            return 0;
        });
        return command;
    }
}
