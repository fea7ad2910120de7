using System.CommandLine;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server audit</c>: shows and verifies the audit journal.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        return new("audit", "Show who did what, and verify that the journal of it was not changed.")
        {
            AuditShowCommand.Create(),
            AuditVerifyCommand.Create(),
            AuditHeadCommand.Create(),
        };
    }
}
