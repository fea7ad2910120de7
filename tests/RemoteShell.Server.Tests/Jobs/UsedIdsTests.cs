using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>The bounds of the ids that are kept of jobs which are not remembered.</summary>
public class UsedIdsTests
{
    private static long Ago(TimeSpan time) => SystemClock.Now - (long)time.TotalMicroseconds;

    private static readonly PublicKey First = TestKeys.Make(1), Second = TestKeys.Make(2);

    [Fact]
    public void Oldest_id_of_a_key_is_dropped_beyond_its_limit()
    {
        var used = new UsedIds();
        used.Add("other", Second);
        string[] ids = [.. Enumerable.Range(0, UsedIds.MaxOfKey + 2).Select(number => $"{number:x16}")];
        foreach (string id in ids)
            used.Add(id, First);
        Assert.False(used.Contains(ids[0], First));
        Assert.False(used.Contains(ids[1], First));
        Assert.True(used.Contains(ids[2], First));
        Assert.True(used.Contains(ids[^1], First));
        Assert.True(used.Contains("other", Second));
        Assert.False(used.Contains("other", First));
    }

    [Fact]
    public void Key_with_few_ids_keeps_them_when_other_keys_have_too_many()
    {
        var used = new UsedIds();
        used.Add("other", First);
        for (int key = 2; key <= 2 + (UsedIds.MaxInAll / UsedIds.MaxOfKey); key++)
        {
            PublicKey owner = TestKeys.Make(key);
            for (int id = 0; id < UsedIds.MaxOfKey; id++)
                used.Add($"{id:x16}", owner);
        }

        Assert.True(used.Contains("other", First));
        Assert.Equal(UsedIds.MaxInAll, used.List().Sum(key => key.Ids.Length));
    }

    [Fact]
    public void Ids_that_were_dropped_do_not_count()
    {
        var used = new UsedIds();
        for (int id = 0; id < UsedIds.MaxInAll + UsedIds.MaxOfKey; id++)
            used.Add($"{id:x16}", First);
        used.Add("other", Second);
        Assert.Equal(UsedIds.MaxOfKey + 1, used.List().Sum(key => key.Ids.Length));
    }

    [Fact]
    public void Ids_are_complete_since_the_newest_one_that_a_limit_has_dropped()
    {
        var used = new UsedIds();
        long begun = SystemClock.Now;
        used.Add("old", First, TimeSpan.FromHours(2));
        for (int id = 0; id < UsedIds.MaxOfKey - 1; id++)
            used.Add($"{id:x16}", First);
        Assert.True(used.IsCompleteSince(Ago(TimeSpan.FromHours(3)), First));
        used.Add("one more", First);
        Assert.False(used.IsCompleteSince(Ago(TimeSpan.FromHours(3)), First));
        Assert.True(used.IsCompleteSince(Ago(TimeSpan.FromHours(1)), First));
        used.Add("and another", First);
        Assert.False(used.IsCompleteSince(begun, First));
        Assert.True(used.IsCompleteSince(SystemClock.Now, First));
        Assert.True(used.IsCompleteSince(Ago(TimeSpan.FromHours(3)), Second));
    }

    [Fact]
    public void Ids_are_complete_since_the_marked_moment_and_within_the_keep_time()
    {
        var used = new UsedIds();
        Assert.False(used.IsCompleteSince(Ago(UsedIds.KeepTime), First));
        Assert.True(used.IsCompleteSince(Ago(UsedIds.KeepTime - TimeSpan.FromMinutes(1)), First));
        used.MarkMissing(Ago(TimeSpan.FromHours(2)), First);
        used.MarkMissing(Ago(TimeSpan.FromHours(3)));
        used.MarkMissing(Ago(TimeSpan.FromHours(4)));
        Assert.False(used.IsCompleteSince(Ago(TimeSpan.FromHours(2.5)), First));
        Assert.True(used.IsCompleteSince(Ago(TimeSpan.FromHours(2.5)), Second));
        Assert.False(used.IsCompleteSince(Ago(TimeSpan.FromHours(3.5)), Second));
        Assert.Equal([null, First], used.CompleteSince().Select(key => key.Owner));
    }

    [Fact]
    public void Id_is_dropped_after_the_keep_time()
    {
        var used = new UsedIds();
        used.Add("gone", First, UsedIds.KeepTime + TimeSpan.FromSeconds(1));
        used.Add("old", First, UsedIds.KeepTime - TimeSpan.FromMilliseconds(50));
        used.Add("new", First);
        Assert.False(used.Contains("gone", First));
        Assert.True(used.Contains("new", First));
        SpinWait.SpinUntil(() =>
        {
            used.Expire();
            return !used.Contains("old", First);
        }, Waiting.Limit);
        Assert.Equal(["new"], used.List().SelectMany(key => key.Ids.Select(id => id.Id)));
    }
}
