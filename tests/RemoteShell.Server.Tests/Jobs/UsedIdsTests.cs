using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>The bounds of the ids that are kept of jobs which are not remembered.</summary>
public class UsedIdsTests
{
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
