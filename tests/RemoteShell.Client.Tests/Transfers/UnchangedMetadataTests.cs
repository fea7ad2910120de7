using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers;

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

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Dry_run_tells_what_would_be_set(string direction)
    {
        await using var server = new TestServer();
        await TransferAsync(server, direction, Tree);
        Change(folder =>
        {
            // The size stays, and so does what --checksum compares.
            folder.SetModified(Names[0], new(1, 1));
            folder.SetMode(Names[0], 0x1E8);
            folder.SetMode(Names[1], 0x1F8);
            folder.SetModified(Names[2], new(2, 2));
        });
        TransferOptions options = Tree with { Checksum = true };
        string before = Listing();
        Dictionary<string, string?> planned = await PlanAsync(server, direction, options);
        Assert.Equal(before, Listing());
        Assert.Equal(
            new Dictionary<string, string?> { ["t/f"] = "mode, time", ["t/d"] = "mode", ["t/link"] = "time" },
            planned);

        await TransferAsync(server, direction, options);
        Assert.Empty(await PlanAsync(server, direction, options));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Dry_run_tells_owners_and_attributes_that_would_be_set(string direction)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: sets the owner of files");
        await using var server = new TestServer();
        await TransferAsync(server, direction, Tree);
        try
        {
            Change(folder => folder.WriteAttributes(Names[0], [new("user.note"u8.ToArray(), [1])]));
        }
        catch (FileException e) when (e.Fault == FileFault.NotSupported)
        {
            Assert.Skip("the file system has no extended attributes");
        }

        Change(folder => folder.SetOwner(Names[1], User, Group));
        Assert.Empty(await PlanAsync(server, direction, Tree));
        TransferOptions options = Tree with { Owner = true, ExtendedAttributes = true };
        Dictionary<string, string?> planned = await PlanAsync(server, direction, options);
        Assert.Equal(new Dictionary<string, string?> { ["t/f"] = "attributes", ["t/d"] = "owner" }, planned);
        await TransferAsync(server, direction, options);
        Assert.Empty(await PlanAsync(server, direction, options));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Attributes_of_links_are_kept(string direction)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: sets an attribute of a link");
        await using var server = new TestServer();
        await TransferAsync(server, direction, Tree);
        try
        {
            Change(folder => Assert.True(folder.WriteAttributes(Names[2], [new("trusted.rsh"u8.ToArray(), [1, 2])])));
        }
        catch (FileException e) when (e.Fault == FileFault.NotSupported)
        {
            Assert.Skip("the file system has no extended attributes");
        }

        await TransferAsync(server, direction, Tree with { ExtendedAttributes = true });
        using Folder target = Open("t");
        Assert.Equal([1, 2], Assert.Single(target.ReadAttributes(Names[2])).Value);
        Assert.Empty(target.ReadAttributes(Names[0]));
    }

    private string Listing()
    {
        using Folder target = Open("t");
        return string.Join('\n', Names.Select(name => $"{name} {target.Stat(name).Mode} {target.Stat(name).Modified}"));
    }

    // What would be set, by its path.
    private async Task<Dictionary<string, string?>> PlanAsync(TestServer server, string direction, TransferOptions options)
    {
        var planned = new Dictionary<string, string?>();
        var progress = new ProgressWatcher(value =>
        {
            if (value.Finished is { Outcome: TransferOutcome.WouldSet } item)
                planned.Add(item.Path, item.Reason);
        });
        TransferResult result = await TransferAsync(server, direction, options with { DryRun = true }, progress);
        Assert.Equal((Entries, 0L, 0L), (result.Unchanged, result.Transferred, result.Failed));
        return planned;
    }

    private void Change(Action<Folder> change)
    {
        using Folder source = Open("s");
        change(source);
    }

    private Folder Open(string name) => Folder.Open(Encoding.UTF8.GetBytes(_folder[name]));

    private async Task<TransferResult> TransferAsync(
        TestServer server, string direction, TransferOptions options, IProgress<TransferProgress>? progress = null)
    {
        await using RemoteShellClient client = await server.ConnectAsync();
        return await (direction == "upload"
            ? client.UploadAsync([_folder["s"]], _folder["t"], options, progress)
            : client.DownloadAsync([_folder["s"]], _folder["t"], options, progress)).Within();
    }
}
