using System.Globalization;
using System.Security.Cryptography;
using RemoteShell.Files.Transfers;
using RemoteShell.Server.Audit;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>The server records the files that were in hand when a transfer ends before its end.</summary>
public sealed class InterruptedTransferTests : IDisposable
{
    private const int Mebi = 1 << 20, Size = 64 * Mebi;

    // The transfer takes some seconds.
    private static readonly TransferOptions Slow = new() { Recursive = true, MaxRate = 16 * Mebi };

    private readonly TemporaryFolder _folder = new();

    public InterruptedTransferTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        Directory.CreateDirectory(_folder["s"]);
        File.WriteAllBytes(_folder["s/f"], RandomNumberGenerator.GetBytes(Size));
    }

    public static TheoryData<string> Directions => ["upload", "download", "copy"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Client_that_leaves_is_logged_with_the_file_in_hand(string direction)
    {
        await using var server = new TestServer();
        using var stop = new CancellationTokenSource();
        var watcher = new Watcher(stop.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TransferAsync(server, direction, watcher, stop.Token));
        foreach (LogEntry file in await InterruptedAsync(server, direction))
        {
            string job = Text(file, "Job");
            await Waiting.Until(() => EndOf(server, job) is not null, "the job has ended");
            Assert.Contains("exited 1 (the client left before the end of the transfer)", EndOf(server, job), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(server.Log, line => line.Contains("breaks the rules", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Job_that_is_killed_is_logged_with_the_file_in_hand(string direction)
    {
        await using var server = new TestServer();
        await using RemoteShellClient other = await server.ConnectAsync();
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task transfer = TransferAsync(server, direction, new(() => underWay.TrySetResult()), CancellationToken.None);
        await underWay.Task.Within();
        LogEntry started = server.Events.First(entry => entry.Message.Contains(" started for ", StringComparison.Ordinal));
        await other.KillAsync(Text(started, "Job")).Within();
        await Assert.ThrowsAnyAsync<Exception>(() => transfer);
        await InterruptedAsync(server, direction);
    }

    private static string Text(LogEntry entry, string name)
        => entry.Properties.First(property => property.Key == name).Value?.ToString() ?? "";

    private static string? EndOf(TestServer server, string job)
        => server.Log.FirstOrDefault(line => line.StartsWith($"job {job} ended ", StringComparison.Ordinal));

    // Returns the lines of the files, one for each job.
    private async Task<LogEntry[]> InterruptedAsync(TestServer server, string direction)
    {
        string[] wanted = direction switch
        {
            "upload" => ["Received"],
            "download" => ["Sent"],
            _ => ["Received", "Sent"],
        };
        await Waiting.Until(() => Lines().Length >= wanted.Length, "the files in hand are logged");
        LogEntry[] lines = Lines();
        Assert.Equal(wanted, lines.Select(line => Text(line, "Direction")).Order(StringComparer.Ordinal));
        AuditLine[] audited = Audited(server);
        foreach (LogEntry line in lines)
        {
            string path = _folder[Text(line, "Direction") == "Sent" ? "s/f" : "t/f"];
            long bytes = long.Parse(Text(line, "Bytes"), CultureInfo.InvariantCulture);
            Assert.InRange(bytes, 1, Size - 1);
            Assert.Equal(path, Text(line, "Path"));
            Assert.Contains($" file {path}: Aborted, {bytes} bytes: ", line.Message, StringComparison.Ordinal);
            Assert.Contains(server.Identity.PublicKey.Fingerprint, line.Message, StringComparison.Ordinal);
            Assert.Single(audited, one => (one.Job, one.What) == (Text(line, "Job"), path));
        }

        return lines;

        LogEntry[] Lines() => [.. server.Events.Where(entry => entry.Message.Contains("/f: ", StringComparison.Ordinal))];
    }

    private static AuditLine[] Audited(TestServer server)
    {
        IEnumerable<AuditEntry> entries = AuditReader.Read(AuditReader.FilesOf(server.ServerOptions));
        IEnumerable<AuditLine> lines = entries.Select(entry => entry.Line).OfType<AuditLine>();
        return [.. lines.Where(line => line is { Event: AuditEvent.Transfer, Outcome: "aborted" })];
    }

    private async Task TransferAsync(TestServer server, string direction, Watcher watcher, CancellationToken cancellationToken)
    {
        string[] from = [_folder["s"]];
        string to = _folder["t"];
        await using RemoteShellClient client = await server.ConnectAsync(), other = await server.ConnectAsync();
        await (direction switch
        {
            "upload" => client.UploadAsync(from, to, Slow, watcher, cancellationToken),
            "download" => client.DownloadAsync(from, to, Slow, watcher, cancellationToken),
            _ => client.CopyToAsync(from, other, to, Slow, watcher, cancellationToken),
        }).Within();
    }

    // Calls when the first megabytes of the file are on their way.
    private sealed class Watcher(Action isUnderWay) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value.Bytes > 4 * Mebi)
                isUnderWay();
        }
    }
}
