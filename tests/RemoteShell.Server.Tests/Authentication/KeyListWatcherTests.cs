using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Server.Authentication.Lists;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Authentication;

/// <summary>When the server decides again who is authorized.</summary>
public sealed class KeyListWatcherTests : IDisposable
{
    // Several looks.
    private static readonly TimeSpan While = KeyListWatcher.Interval * 5;

    private readonly TemporaryFolder _folder = new();
    private readonly SetClock _clock = new();
    private readonly CurrentOptions _options;
    private readonly KeyListWatcher _watcher;

    public KeyListWatcherTests()
    {
        _options = new(new()
        {
            Folder = _folder.Path,
            FurtherAuthorizedKeysFiles = [Second, _folder["third"]],
            RevokedKeysFile = _folder["revoked"],
        });
        _watcher = new(new(_options, "user", NullLogger.Instance), _clock, NullLogger.Instance);
        File.WriteAllText(List, $"{TestKeys.Make(1)} one\n");
        File.WriteAllText(_folder["revoked"], "");
    }

    private string List => _folder["authorized_keys"];

    private string Second => _folder["second"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_is_due_while_nothing_changes()
    {
        await ReadAsync();
        await AssertNothingIsDueAsync();
        Assert.Equal(1, _watcher.Changes);
    }

    [Fact]
    public async Task Change_of_each_kind_is_due()
    {
        await ReadAsync();
        File.AppendAllText(List, $"{TestKeys.Make(2)} two\n");
        Assert.Single((await ReadAsync()).LinesOf(TestKeys.Make(2)));
        // Same size and time, another inode.
        DateTime time = File.GetLastWriteTimeUtc(List);
        File.WriteAllText($"{List}.new", File.ReadAllText(List).Replace("two", "2nd", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc($"{List}.new", time);
        File.Move($"{List}.new", List, overwrite: true);
        Assert.Equal("2nd", (await ReadAsync()).LinesOf(TestKeys.Make(2))[0].Comment);
        File.WriteAllText(_folder["revoked"], TestKeys.Make(2).ToString());
        Assert.True((await ReadAsync()).IsRevoked(TestKeys.Make(2)));
        Assert.Equal(4, _watcher.Changes);
    }

    [Fact]
    public async Task Each_list_is_watched_and_a_key_stays_while_one_of_them_has_it()
    {
        await ReadAsync();
        File.WriteAllText(Second, $"{TestKeys.Make(1)} second\n{TestKeys.Make(2)} second\n");
        KeyLists lists = await ReadAsync();
        Assert.Equal(
            [(List, 1, "one"), (Second, 1, "second")],
            lists.LinesOf(TestKeys.Make(1)).Select(line => (line.File, line.LineNumber, line.Comment)));
        File.WriteAllText(List, "");
        lists = await ReadAsync();
        Assert.True(lists.Has(TestKeys.Make(1)) && lists.Has(TestKeys.Make(2)));
        File.WriteAllText(Second, $"{TestKeys.Make(1)} second\n");
        lists = await ReadAsync();
        Assert.Equal((true, false), (lists.Has(TestKeys.Make(1)), lists.Has(TestKeys.Make(2))));
        // A list that the server is not asked to read any more.
        _options.Replace(_options.Value with { FurtherAuthorizedKeysFiles = [] });
        Assert.False((await ReadAsync()).Has(TestKeys.Make(1)));
    }

    [Fact]
    public async Task List_that_goes_away_ends_nothing_and_one_that_never_was_has_no_keys()
    {
        File.Delete(List);
        await _watcher.DueAsync(TestContext.Current.CancellationToken).Within();
        Assert.Null(_watcher.Read());
        File.WriteAllText(Second, $"{TestKeys.Make(2)}\n");
        Assert.True((await ReadAsync()).Has(TestKeys.Make(2)));
        File.WriteAllText(List, $"{TestKeys.Make(1)}\n");
        await ReadAsync();
        foreach (string file in (string[])[List, Second])
        {
            File.Move(file, $"{file}.away");
            await _watcher.DueAsync(TestContext.Current.CancellationToken).Within();
            Assert.Null(_watcher.Read());
            File.Move($"{file}.away", file);
            await ReadAsync();
        }
    }

    [Fact]
    public async Task Target_of_a_link_is_watched()
    {
        File.Move(List, _folder["real"]);
        File.CreateSymbolicLink(List, _folder["real"]);
        await ReadAsync();
        File.AppendAllText(_folder["real"], "# more\n");
        await ReadAsync();
    }

    [Fact]
    public async Task End_of_each_key_is_due_without_a_change()
    {
        // The clock begins with 2030.
        File.AppendAllText(List, $"expiry-time=\"203001010100\" {TestKeys.Make(2)}\nexpiry-time=\"203001010200\" {TestKeys.Make(3)}\n");
        KeyLists lists = await ReadAsync();
        Assert.True(lists.IsAuthorized(TestKeys.Make(2), [], _clock.GetUtcNow().UtcDateTime));
        for (int key = 2; key <= 3; key++)
        {
            _clock.Pass(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
            await AssertNothingIsDueAsync();
            _clock.Pass(TimeSpan.FromTicks(1));
            lists = await ReadAsync();
            Assert.False(lists.IsAuthorized(TestKeys.Make(key), [], _clock.GetUtcNow().UtcDateTime));
        }

        Assert.True(lists.IsAuthorized(TestKeys.Make(1), [], _clock.GetUtcNow().UtcDateTime));
        await AssertNothingIsDueAsync();
    }

    [Fact]
    public async Task Expected_end_is_due_once()
    {
        await ReadAsync();
        DateTime now = _clock.GetUtcNow().UtcDateTime;
        foreach (DateTime? end in (DateTime?[])[now.AddHours(2), null, now.AddHours(1), now.AddHours(-1), now.AddHours(3)])
            _watcher.Expect(end);
        await AssertNothingIsDueAsync();
        _clock.Pass(TimeSpan.FromHours(1));
        await ReadAsync();
        await AssertNothingIsDueAsync();
    }

    [Fact]
    public async Task File_that_is_being_written_is_read_once_it_is_whole()
    {
        await ReadAsync();
        await using (var file = new StreamWriter(List) { AutoFlush = true })
        {
            // The file changes between any two looks.
            for (int i = 0; i < 20; i++)
            {
                await file.WriteAsync($"{TestKeys.Make(i + 2)}\n");
                await Task.Delay(KeyListWatcher.Interval / 4, TestContext.Current.CancellationToken);
            }

            Assert.Equal(1, _watcher.Changes);
            await file.WriteAsync($"{TestKeys.Make(1)}"[..40]);
            await _watcher.DueAsync(TestContext.Current.CancellationToken).Within();
            Assert.Null(_watcher.Read());
            await file.WriteAsync($"{TestKeys.Make(1)}\n"[40..]);
        }

        Assert.Single((await ReadAsync()).LinesOf(TestKeys.Make(1)));
    }

    private async Task<KeyLists> ReadAsync()
    {
        await _watcher.DueAsync(TestContext.Current.CancellationToken).Within();
        KeyLists? lists = _watcher.Read();
        Assert.NotNull(lists);
        return lists;
    }

    private async Task AssertNothingIsDueAsync()
    {
        using var time = new CancellationTokenSource(While);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _watcher.DueAsync(time.Token));
    }
}
