using RemoteShell.Client.Transfers;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Server;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Files;
using RemoteShell.Server.Peers;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>The audit journal tells what is done with files, whatever the client says about it.</summary>
public sealed class AuditedTransferTests : IAsyncDisposable
{
    private const int Large = 3_000_000;

    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();

    public AuditedTransferTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Operations_and_transfers_are_recorded_as_the_server_reads_them()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string made = _folder["made/below"], file = _folder["file"], moved = _folder["made/below/moved"];
        await File.WriteAllTextAsync(file, "content");
        await client.MakeDirectoryAsync(made, parents: true).Within();
        await client.RenameAsync(file, moved).Within();
        await client.ListAsync(made).Within();
        await client.StatAsync(moved).Within();
        await client.DownloadAsync([moved], _folder["copy"]).Within();
        await client.UploadAsync([_folder["copy"]], made).Within();
        await client.DeleteAsync(_folder["made"], recursive: true).Within();
        AuditLine[] asked = [.. Lines().Where(line => line.Event == AuditEvent.Request)];
        Assert.Equal(
            [
                ("put", $"make-folder --recursive {made}"),
                ("put", $"rename {file} {moved}"),
                ("get", $"list {made}"),
                ("get", $"stat {moved}"),
                ("get", $"send {moved}"),
                ("put", $"receive {made}"),
                ("put", $"remove --recursive {_folder["made"]}"),
            ],
            asked.Select(line => (line.Verb, line.What)));
        Assert.Equal(["rename", file, moved], asked[1].Argv);
        Assert.All(asked, line => Assert.Contains(Lines(), start => start.Event == AuditEvent.JobStart && start.Job == line.Job));
    }

    [Fact]
    public async Task Label_of_the_client_hides_nothing()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string file = _folder["file"];
        await File.WriteAllTextAsync(file, "content");
        var remove = new OperationRecord { Operation = "remove", Path = file };
        await using (TransferSession session = await TransferSession.StartAsync(client, "list /harmless", remove, CancellationToken.None))
        {
            while (await session.ReadAsync(CancellationToken.None).Within() is not EndRecord)
            {
                // An operation has no other answers here.
            }
        }

        Assert.False(File.Exists(file));
        AuditLine asked = Assert.Single(Lines(), line => line.Event == AuditEvent.Request);
        Assert.Equal(("put", $"remove {file}"), (asked.Verb, asked.What));
    }

    [Fact]
    public async Task Operation_that_is_refused_or_fails_is_recorded_too()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await Assert.ThrowsAsync<FileRequestException>(() => client.DeleteAsync(_folder["missing"])).Within();
        AuditLine asked = Assert.Single(Lines(), line => line.Event == AuditEvent.Request);
        Assert.Equal($"remove {_folder["missing"]}", asked.What);
        Assert.Contains(Lines(), line => line.Event == AuditEvent.JobEnd && line.Job == asked.Job && line.Code == 1);
    }

    [Fact]
    public async Task Download_whose_client_leaves_is_recorded_with_the_bytes_that_were_sent()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string file = await MakeLargeAsync();
        await using (TransferSession session = await BeginAsync(client, file))
            await ReadContentAsync(session, 1);
        await Waiting.Until(() => Transfers().Length == 2, "the end of the download is recorded");
        AuditLine[] lines = Transfers();
        Assert.All(lines, line => Assert.Equal(("get", file), (line.Verb, line.What)));
        Assert.Equal(["begun", "aborted"], lines.Select(line => line.Outcome));
        Assert.InRange(lines[1].Streams!["file"].Bytes, 1, Large);
        Assert.True(lines[1].IsFailure);
        Assert.False(lines[0].IsFailure);
    }

    [Fact]
    public async Task Client_that_has_all_of_a_file_cannot_word_it_away()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string file = await MakeLargeAsync();
        await using (TransferSession session = await BeginAsync(client, file))
        {
            await ReadContentAsync(session, Large);
            await session.Writer.WriteAsync(new OutcomeRecord { Id = 1, Path = "large", Outcome = "Skipped" }, CancellationToken.None);
            await session.Writer.WriteAsync(new EndRecord(), CancellationToken.None);
            await session.Writer.FlushAsync(CancellationToken.None);
            await session.EndAsync().Within();
        }

        AuditLine[] lines = Transfers();
        Assert.Equal(["begun", "skipped"], lines.Select(line => line.Outcome));
        Assert.Equal(Large, lines[1].Streams!["file"].Bytes);
    }

    [Fact]
    public async Task File_that_the_client_has_already_is_recorded_without_bytes()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        string file = await MakeLargeAsync();
        for (int i = 0; i < 2; i++)
            await client.DownloadAsync([file], _folder["copy"]).Within();
        AuditLine[] lines = Transfers();
        Assert.Equal(["begun", "transferred", "unchanged"], lines.Select(line => line.Outcome));
        Assert.Equal([Large, 0], lines[1..].Select(line => line.Streams!["file"].Bytes));
    }

    [Fact]
    public async Task Required_journal_that_cannot_be_written_refuses_operations_and_transfers()
    {
        var options = new ServerOptions { Folder = _folder.Path, Audit = AuditMode.Required };
        // It was never opened.
        await using var journal = new AuditJournal(new(options), () => _server.Identity, new CapturedLog());
        var audit = new FileAudit(journal, new(Peer.Tunnel(1), _server.Identity.PublicKey), "job");
        var start = new StartRecord { Role = StartRecord.Send, Paths = ["/a"], Rules = new() };
        Action[] all = [() => audit.Record(new OperationRecord { Operation = "remove", Path = "/a" }), () => audit.Record(start)];
        foreach (Action one in all)
        {
            FileException e = Assert.Throws<FileException>(one);
            Assert.Equal(($"/a: {AuditException.Text}", AuditException.Advice), (e.Message, e.Hint));
        }
    }

    private AuditLine[] Lines()
        => [.. AuditReader.Read(AuditReader.FilesOf(_server.ServerOptions)).Select(entry => entry.Line).OfType<AuditLine>()];

    private AuditLine[] Transfers() => [.. Lines().Where(line => line.Event == AuditEvent.Transfer)];

    private async Task<string> MakeLargeAsync()
    {
        var content = new byte[Large];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(_folder["large"], content);
        return _folder["large"];
    }

    private static async Task<TransferSession> BeginAsync(RemoteShellClient client, string file)
    {
        var start = new StartRecord { Role = StartRecord.Send, Paths = [file], Rules = new() };
        TransferSession session = await TransferSession.StartAsync(client, "get", start, CancellationToken.None);
        await session.ReadyAsync(CancellationToken.None).Within();
        while (await session.ReadAsync(CancellationToken.None).Within() is not EntryRecord)
        {
            // What comes before the file.
        }

        await session.Writer.WriteAsync(new WantRecord(1, 0), CancellationToken.None);
        await session.Writer.FlushAsync(CancellationToken.None);
        return session;
    }

    private static async Task ReadContentAsync(TransferSession session, long least)
    {
        for (long bytes = 0; bytes < least;)
        {
            if (await session.ReadAsync(CancellationToken.None).Within() is DataRecord)
                bytes += session.Reader.Body.Length;
        }
    }
}
