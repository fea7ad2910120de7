using System.IO.Pipelines;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Patterns;
using RemoteShell.Files.Quotas;
using RemoteShell.Files.Transfers;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Server.Authentication.Rules;

namespace RemoteShell.Server.Files;

/// <summary>Serves one transfer, or one operation on files, to a client.</summary>
/// <param name="root">Where the client's paths begin.</param>
/// <param name="bounds">What the client's key may do.</param>
/// <param name="quota">How much content the client's key may store.</param>
/// <param name="audit">Records what is asked for.</param>
/// <param name="log">Makes what receives the outcome of each file.</param>
/// <param name="holder">The transfer among others of this server.</param>
internal sealed class FileService(
    FileRoot root,
    FileBounds bounds,
    ContentQuota quota,
    FileAudit audit,
    Func<TransferDirection, IProgress<TransferProgress>> log,
    TransferHolder holder)
{
    /// <summary>Serves until the client has what it asked for. Returns why that was refused; null: it was not.</summary>
    /// <exception cref="RecordException">The client breaks the rules.</exception>
    /// <exception cref="EarlyEndException">The client left.</exception>
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
                    audit.Record(start);
                    bounds.RequireAny(KeyVerb.Get, start.Paths.FirstOrDefault() ?? "");
                    await SendAsync(start, reader, writer, cancellationToken);
                    break;
                case StartRecord { Role: StartRecord.Receive, Paths: [var path] } start:
                    audit.Record(start);
                    bounds.RequireAny(KeyVerb.Put, path);
                    await ReceiveAsync(start, path, reader, writer, cancellationToken);
                    break;
                case OperationRecord operation:
                    audit.Record(operation);
                    bounds.RequireAny(FileOperations.Writes(operation) ? KeyVerb.Put : KeyVerb.Get, operation.Path);
                    IEntryBounds used = FileOperations.Writes(operation) ? bounds.Writing : bounds.Reading;
                    await FileOperations.RunAsync(root, operation, used, quota, writer, cancellationToken);
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
        // These tell what is there.
        bool reads = start.Rules.DryRun || start.Rules.Delete || start.Rules.Checksum;
        if (reads)
            bounds.RequireAny(KeyVerb.Get, path);
        using TransferTarget opened = TransferTarget.Open(root, RecordText.ToBytes(path), start.Sources, start.Rules);
        bounds.RequireTarget(KeyVerb.Put, opened, start.Rules.Recursive);
        if (reads)
            bounds.RequireTarget(KeyVerb.Get, opened, start.Rules.Recursive);
        TransferTarget target = opened with
        {
            Quota = quota,
            Holder = holder,
            LinkBounds = reads ? [bounds.Reading, bounds.Writing] : [bounds.Writing],
        };
        await writer.WriteAsync(new ReadyRecord { IsContinued = target.IsContinued }, cancellationToken);
        await writer.FlushAsync(cancellationToken);
        var receiver = new TreeReceiver(reader, writer, start.Rules, target, new(target), new(log(TransferDirection.Received)))
        {
            Named = new(start.Sources),
        };
        await receiver.ReceiveAsync(cancellationToken);
    }

    private void AddSources(SourceList sources, byte[] path, TransferRules rules)
    {
        if (!PathPattern.IsPattern(path))
        {
            Add(sources, PathPattern.Literal(path), rules);
            return;
        }

        // As in a shell, what may not be read does not match: the names there are not told.
        int before = sources.Count;
        foreach (byte[] one in Expand(path))
        {
            if (sources.Add(root, one, followsLink: !rules.Recursive) is { } source && Refusal(source, rules) is not null)
                sources.Drop(source);
        }

        if (sources.Count == before)
            sources.AddFault(path, new FileException(FileFault.NotFound, EscapedBytes.Of(path), "nothing matches this pattern"));
    }

    private void Add(SourceList sources, byte[] path, TransferRules rules)
    {
        if (sources.Add(root, path, followsLink: !rules.Recursive) is not { } source || Refusal(source, rules) is not { } refusal)
            return;
        sources.Drop(source);
        sources.AddFault(path, refusal);
    }

    private FileException? Refusal(TransferSource source, TransferRules rules)
    {
        try
        {
            bounds.RequireSource(source, rules.Recursive);
            return null;
        }
        catch (FileException e)
        {
            return e;
        }
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
}
