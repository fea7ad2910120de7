using System.IO.Pipelines;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Patterns;
using RemoteShell.Files.Quotas;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Server.Files;

/// <summary>Serves one transfer, or one operation on files, to a client.</summary>
/// <param name="root">Where the client's paths begin.</param>
/// <param name="rights">What the client's key may do.</param>
/// <param name="quota">How much content the client's key may store.</param>
/// <param name="log">Makes what receives the outcome of each file.</param>
/// <param name="holder">The transfer among others of this server.</param>
internal sealed class FileService(
    FileRoot root,
    FileRights rights,
    ContentQuota quota,
    Func<TransferDirection, IProgress<TransferProgress>> log,
    TransferHolder holder)
{
    /// <summary>Serves until the client has what it asked for. Returns why that was refused; null: it was not.</summary>
    /// <exception cref="RecordException">The client breaks the rules.</exception>
    public async Task<string?> ServeAsync(PipeReader input, Stream output, CancellationToken cancellationToken)
    {
        var reader = new RecordReader(input);
        using var writer = new RecordWriter(output);
        string? refusal = null;
        try
        {
            TransferRecord? first = await reader.ReadAsync(cancellationToken);
            switch (first)
            {
                case StartRecord { Role: StartRecord.Send } start:
                    Require(rights.MayRead, start.Paths.FirstOrDefault() ?? "", "read files");
                    await SendAsync(start, reader, writer, cancellationToken);
                    break;
                case StartRecord { Role: StartRecord.Receive, Paths: [var path] } start:
                    Require(rights.MayWrite, path, "write files");
                    await ReceiveAsync(start, path, reader, writer, cancellationToken);
                    break;
                case OperationRecord operation:
                    Require(FileOperations.Writes(operation) ? rights.MayWrite : rights.MayRead, operation.Path, WordsOf(operation));
                    await FileOperations.RunAsync(root, operation, quota, writer, cancellationToken);
                    break;
                default:
                    throw new RecordException("it does not begin with what is to be done");
            }
        }
        catch (FileException e)
        {
            refusal = e.Message;
            await writer.WriteAsync(
                new RefusalRecord { Fault = e.Fault.ToString(), Text = e.Message, Hint = e.Hint }, cancellationToken);
        }
        finally
        {
            quota.Save();
        }

        await writer.FlushAsync(cancellationToken);
        return refusal;
    }

    private async Task SendAsync(StartRecord start, RecordReader reader, RecordWriter writer, CancellationToken cancellationToken)
    {
        using var sources = new SourceList();
        foreach (string path in start.Paths)
            AddSources(sources, start.IsEscaped ? RecordText.ToBytes(path) : Encoding.UTF8.GetBytes(path), start.Rules);
        sources.RequireAny();
        if (sources.HasContent && sources.Count > 1)
            throw new FileException(FileFault.NotSupported, "DIR/.", "the content of a folder (DIR/.) can only be transferred alone");
        await writer.WriteAsync(new ReadyRecord { Sources = sources.Count, IsContent = sources.HasContent }, cancellationToken);
        await writer.FlushAsync(cancellationToken);
        var sender = new TreeSender(reader, writer, start.Rules, new(log(TransferDirection.Sent)));
        await sender.SendAsync(sources, cancellationToken);
    }

    private async Task ReceiveAsync(
        StartRecord start, string path, RecordReader reader, RecordWriter writer, CancellationToken cancellationToken)
    {
        if (!rights.MayRead && (start.Rules.DryRun || start.Rules.Delete || start.Rules.Checksum))
        {
            const string Reason = "this key may only write here; --dry-run, --delete and --checksum would tell what is there";
            throw new FileException(FileFault.Denied, path, Reason);
        }

        using TransferTarget opened = TransferTarget.Open(root, RecordText.ToBytes(path), start.Sources, start.Rules);
        TransferTarget target = opened with { Quota = quota, Holder = holder };
        await writer.WriteAsync(new ReadyRecord(), cancellationToken);
        await writer.FlushAsync(cancellationToken);
        var receiver = new TreeReceiver(reader, writer, start.Rules, target, new(log(TransferDirection.Received)))
        {
            Named = new(start.Sources),
        };
        await receiver.ReceiveAsync(cancellationToken);
    }

    private void AddSources(SourceList sources, byte[] path, TransferRules rules)
    {
        if (!PathPattern.IsPattern(path))
        {
            sources.Add(root, PathPattern.Literal(path), followsLink: !rules.Recursive);
            return;
        }

        IReadOnlyList<byte[]> found = Expand(path);
        if (found.Count == 0)
            sources.AddFault(path, new FileException(FileFault.NotFound, EscapedBytes.Of(path), "nothing matches this pattern"));
        foreach (byte[] one in found)
            sources.Add(root, one, followsLink: !rules.Recursive);
    }

    private IReadOnlyList<byte[]> Expand(byte[] pattern)
    {
        try
        {
            return PathPattern.Expand(root, pattern);
        }
        catch (FormatException e)
        {
            throw new FileException(FileFault.NotSupported, EscapedBytes.Of(pattern), e.Message);
        }
    }

    private static string WordsOf(OperationRecord operation) => operation.Operation switch
    {
        "list" => "list files",
        "stat" => "read what a file is",
        "remove" => "delete files",
        "rename" => "rename files",
        "make-folder" => "make directories",
        _ => "do this with files",
    };

    private static void Require(bool allowed, string path, string what)
    {
        if (!allowed)
            throw new FileException(FileFault.Denied, path, $"this key may not {what} here");
    }
}
