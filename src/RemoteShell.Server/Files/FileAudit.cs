using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication.Rules;

namespace RemoteShell.Server.Files;

/// <summary>Records what a client asks for with files, before it is done.</summary>
/// <param name="journal">The audit journal.</param>
/// <param name="client">The client.</param>
/// <param name="job">The id of the job.</param>
internal sealed class FileAudit(AuditJournal journal, AuditClient client, string job)
{
    /// <summary>An operation is about to be done.</summary>
    /// <exception cref="FileException">The audit journal is required, and cannot be written.</exception>
    public void Record(OperationRecord operation)
    {
        string[] paths = operation.To is { } to ? [operation.Path, to] : [operation.Path];
        string[] options = operation.IsRecursive ? ["--recursive"] : [];
        Record(FileOperations.Writes(operation) ? KeyVerb.Put : KeyVerb.Get, operation.Operation, options, paths);
    }

    /// <summary>A transfer is about to begin.</summary>
    /// <exception cref="FileException">The audit journal is required, and cannot be written.</exception>
    public void Record(StartRecord start)
    {
        TransferRules rules = start.Rules;
        string?[] options =
        [
            rules.Recursive ? "--recursive" : null,
            rules.Delete ? "--delete" : null,
            rules.DryRun ? "--dry-run" : null,
            rules.Follow ? "--follow" : null,
        ];
        Record(start.Role == StartRecord.Send ? KeyVerb.Get : KeyVerb.Put, start.Role, [.. options.OfType<string>()], start.Paths);
    }

    // In the arguments the options are part of the first word, so that no path looks like one.
    private void Record(string verb, string operation, IReadOnlyList<string> options, IReadOnlyList<string> paths)
    {
        string[] words = [string.Join(' ', [operation, .. options]), .. paths];
        AuditLine line = client.Line(AuditEvent.Request) with { Verb = verb, Job = job };
        if (!journal.Write(line.WithWhat(string.Join(' ', words)).WithArgv(words)))
            throw new FileException(FileFault.Other, paths.FirstOrDefault() ?? "", AuditException.Text) { Hint = AuditException.Advice };
    }
}
