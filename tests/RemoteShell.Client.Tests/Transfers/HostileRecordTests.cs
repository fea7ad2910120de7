using RemoteShell.Client.Transfers;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>Records that no client sends: the server ends the transfer, writes nothing outside of the target, and goes on.</summary>
public sealed class HostileRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostileRecordTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");

    public static TheoryData<string> Cases => [.. Records().Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Transfer_ends_and_the_server_goes_on(string name)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        Directory.CreateDirectory(_folder["t"]);
        await File.WriteAllTextAsync(_folder["outside"], "outside");
        var start = new StartRecord { Role = StartRecord.Receive, Paths = [_folder["t"]], Sources = 1, Rules = new() { Recursive = true } };
        await using (TransferSession session = await TransferSession.StartAsync(client, "put", start, CancellationToken.None))
        {
            await session.ReadyAsync(CancellationToken.None).Within();
            foreach ((TransferRecord record, int body) in Records()[name])
                await session.Writer.WriteAsync(record, new byte[body], CancellationToken.None);
            await session.Writer.FlushAsync(CancellationToken.None);
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                while (await session.ReadAsync(CancellationToken.None).Within() is not EndRecord)
                {
                    // Answers to the records before the hostile one.
                }

                await session.EndAsync().Within();
            });
        }

        Assert.Equal("outside", await File.ReadAllTextAsync(_folder["outside"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
        await client.UploadAsync([_folder["outside"]], _folder["t"]).Within();
        Assert.Equal("outside", await File.ReadAllTextAsync(_folder["t/outside"]));
    }

    private static Dictionary<string, (TransferRecord Record, int Body)[]> Records()
    {
        var good = new EntryRecord { Id = 1, Path = "f", Kind = "File", Size = 10, Mode = 0x1A4 };
        return new()
        {
            ["parent"] = [(good with { Path = "../outside" }, 0)],
            ["absolute"] = [(good with { Path = "/outside" }, 0)],
            ["dots inside"] = [(good with { Path = "a/../../outside" }, 0)],
            ["no path"] = [(good with { Path = "" }, 0)],
            ["bad escape"] = [(good with { Path = "a\\q" }, 0)],
            ["hidden slash"] = [(good with { Path = "a\\x2fb" }, 0)],
            ["hidden NUL"] = [(good with { Path = "a\\x00b" }, 0)],
            ["id again"] = [(good, 0), (good with { Path = "g" }, 0)],
            ["kind"] = [(good with { Kind = "Socket" }, 0)],
            ["negative size"] = [(good with { Size = -1 }, 0)],
            ["mode"] = [(good with { Mode = 0x8000 }, 0)],
            ["too long"] = [(good, 0), (new DataRecord(1, 0), 11)],
            ["negative hole"] = [(good, 0), (new HoleRecord(1, -5), 0)],
            ["large hole"] = [(good, 0), (new HoleRecord(1, long.MaxValue), 0)],
            ["not compressed"] = [(good, 0), (new DataRecord(1, 10), 10)],
            ["end too early"] = [(good, 0), (new EndRecord(), 0)],
            ["link without a target"] = [(good with { Kind = "Link" }, 0)],
            ["hard link outside"] = [(good with { SameAs = "../outside" }, 0)],
            ["stream with a size"] = [(good with { IsStream = true }, 0)],
            ["stream that is a folder"] = [(good with { IsStream = true, Size = 0, Kind = "Folder" }, 0)],
            ["negative holes"] = [(good with { Holes = -1 }, 0)],
            ["more holes than bytes"] = [(good with { Holes = 11 }, 0)],
            ["out of place"] = [(new WantRecord(1, 0), 0)],
            ["folder outside"] = [(new EndOfFolderRecord("..", IsComplete: true), 0)],
        };
    }
}
