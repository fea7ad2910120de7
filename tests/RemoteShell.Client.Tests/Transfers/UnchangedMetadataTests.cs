using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Client.Tests.Transfers;

/// <summary>What is there already with the same content gets the mode, time, owner and attributes of the source.</summary>
public sealed class UnchangedMetadataTests : IDisposable
{
    private const uint User = 12345, Group = 12346;
    private const int Entries = 4;

    private static readonly FileName[] Names = [FileName.Of("f"), FileName.Of("d"), FileName.Of("link")];
    private static readonly DateTime Time = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
    private static readonly TransferOptions Tree = new() { Recursive = true, OntoTarget = true };

    private readonly TemporaryFolder _folder = new();

    public UnchangedMetadataTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files are transferred on Linux only");
        Directory.CreateDirectory(_folder["s/d"]);
        File.WriteAllText(_folder["s/f"], "content");
        File.CreateSymbolicLink(_folder["s/link"], "f");
    }

    public static TheoryData<string> Directions => ["upload", "download"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Owner_is_set_of_what_is_there_already(string direction)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: sets the owner of files");
        await using var server = new TestServer();
        await TransferAsync(server, direction, Tree);
        Change(folder =>
        {
            foreach (FileName name in Names)
                folder.SetOwner(name, User, Group);
            folder.SetMode(Names[0], 0x9ED);
        });
        TransferResult result = await TransferAsync(server, direction, Tree with { Owner = true });
        Assert.Equal((Entries, 0L, 0L), (result.Unchanged, result.Transferred, result.Failed));
        using Folder target = Open("t");
        Assert.All(Names, name => Assert.Equal((User, Group), (target.Stat(name).User, target.Stat(name).Group)));
        // The kernel clears set-user-ID when the owner is set.
        Assert.Equal(0x9ED, target.Stat(Names[0]).Mode);
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Attributes_are_set_of_what_is_there_already(string direction)
    {
        await using var server = new TestServer();
        await TransferAsync(server, direction, Tree);
        FileAttribute[] attributes = [new(Encoding.ASCII.GetBytes("user.note"), [1, 2, 3])];
        try
        {
            Change(folder =>
            {
                folder.WriteAttributes(Names[0], attributes);
                folder.WriteAttributes(Names[1], attributes);
                folder.SetMode(Names[0], 0x124);
            });
        }
        catch (FileException e) when (e.Fault == FileFault.NotSupported)
        {
            Assert.Skip("the file system has no extended attributes");
        }

        TransferResult result = await TransferAsync(server, direction, Tree with { ExtendedAttributes = true });
        Assert.Equal((Entries, 0L, 0L), (result.Unchanged, result.Transferred, result.Failed));
        using Folder target = Open("t");
        Assert.All(Names[..2], name => Assert.Equal([1, 2, 3], Assert.Single(target.ReadAttributes(name)).Value));
        Assert.Equal(0x124, target.Stat(Names[0]).Mode);
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task User_attributes_that_the_source_does_not_have_are_removed(string direction)
    {
        await using var server = new TestServer();
        await TransferAsync(server, direction, Tree);
        FileAttribute kept = new("user.kept"u8.ToArray(), [1]);
        try
        {
            Change(source => source.WriteAttributes(Names[0], [kept]));
            using Folder old = Open("t");
            old.WriteAttributes(Names[0], [new("user.old"u8.ToArray(), [2]), new("user.kept"u8.ToArray(), [3])]);
            old.WriteAttributes(Names[1], [new("user.old"u8.ToArray(), [2])]);
            Change(source => source.SetMode(Names[0], 0x124));
        }
        catch (FileException e) when (e.Fault == FileFault.NotSupported)
        {
            Assert.Skip("the file system has no extended attributes");
        }

        TransferResult result = await TransferAsync(server, direction, Tree with { ExtendedAttributes = true });
        Assert.Equal((Entries, 0L, 0L), (result.Unchanged, result.Transferred, result.Failed));
        using Folder target = Open("t");
        FileAttribute left = Assert.Single(target.ReadAttributes(Names[0]));
        Assert.Equal(kept.Name, left.Name);
        Assert.Equal(kept.Value, left.Value);
        Assert.Empty(target.ReadAttributes(Names[1]));
        Assert.Equal(0x124, target.Stat(Names[0]).Mode);
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Mode_and_time_are_set_when_the_digest_is_the_same(string direction)
    {
        await using var server = new TestServer();
        await TransferAsync(server, direction, Tree);
        Change(folder =>
        {
            foreach (FileName name in Names)
                folder.SetModified(name, new(new DateTimeOffset(Time).ToUnixTimeSeconds(), 123456789));
            folder.SetMode(Names[0], 0x1E8);
        });
        TransferOptions options = Tree with { Checksum = true };
        TransferResult plan = await TransferAsync(server, direction, options with { DryRun = true });
        Assert.Equal((Entries, 0L), (plan.Unchanged, plan.Failed));
        Assert.NotEqual(Time.Year, File.GetLastWriteTimeUtc(_folder["t/f"]).Year);

        TransferResult result = await TransferAsync(server, direction, options);
        Assert.Equal((Entries, 0L, 0L), (result.Unchanged, result.Transferred, result.Failed));
        using Folder source = Open("s"), target = Open("t");
        foreach (FileName name in Names)
            Assert.Equal((source.Stat(name).Modified, source.Stat(name).Mode), (target.Stat(name).Modified, target.Stat(name).Mode));
    }

    private void Change(Action<Folder> change)
    {
        using Folder source = Open("s");
        change(source);
    }

    private Folder Open(string name) => Folder.Open(Encoding.UTF8.GetBytes(_folder[name]));

    private async Task<TransferResult> TransferAsync(TestServer server, string direction, TransferOptions options)
    {
        await using RemoteShellClient client = await server.ConnectAsync();
        return await (direction == "upload"
            ? client.UploadAsync([_folder["s"]], _folder["t"], options)
            : client.DownloadAsync([_folder["s"]], _folder["t"], options)).Within();
    }
}
