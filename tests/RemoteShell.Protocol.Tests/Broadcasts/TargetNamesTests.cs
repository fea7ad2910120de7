using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Protocol.Tests.Broadcasts;

public class TargetNamesTests
{
    private const string List = "web[1-500],db[01-20,35],rack[1-3]n[1-8/2],x,a[1-12]5b,@cache,[7-9].lan";

    [Theory]
    [InlineData("web1", true)]
    [InlineData("WEB500", true)]
    [InlineData("web501", false)]
    [InlineData("web0", false)]
    [InlineData("web01", false)]
    [InlineData("web", false)]
    [InlineData("web1x", false)]
    [InlineData("db01", true)]
    [InlineData("db1", false)]
    [InlineData("db020", false)]
    [InlineData("db35", true)]
    [InlineData("db21", false)]
    [InlineData("rack2n7", true)]
    [InlineData("rack2n6", false)]
    [InlineData("rack4n1", false)]
    [InlineData("x", true)]
    [InlineData("xx", false)]
    [InlineData("a15b", true)]
    [InlineData("a125b", true)]
    [InlineData("a135b", false)]
    [InlineData("8.lan", true)]
    [InlineData("cache", false)]
    [InlineData("", false)]
    public void Name_is_in_the_list_or_not(string name, bool isIn) => Assert.Equal(isIn, TargetNames.Contains(List, name, ["other"]));

    [Fact]
    public void Member_of_a_named_group_is_in_the_list()
    {
        Assert.True(TargetNames.Contains(List, "y", ["a", "CACHE"]));
        Assert.False(TargetNames.Contains(List, "y", ["cach", "caches", "x"]));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData(",", 1)]
    [InlineData("a,", 3)]
    [InlineData("a,,b", 3)]
    [InlineData("a b", 2)]
    [InlineData("a!b", 2)]
    [InlineData("a&b", 2)]
    [InlineData("a*", 2)]
    [InlineData("é", 1)]
    [InlineData("a]", 2)]
    [InlineData("a[", 3)]
    [InlineData("a[]", 3)]
    [InlineData("a[1", 4)]
    [InlineData("a[1,]", 5)]
    [InlineData("a[x]", 3)]
    [InlineData("a[1-x]", 5)]
    [InlineData("a[2-1]", 3)]
    [InlineData("a[1-2/0]", 3)]
    [InlineData("a[1-2/]", 7)]
    [InlineData("a[5/2]", 4)]
    [InlineData("a[01-5]", 3)]
    [InlineData("a[1-05]", 3)]
    [InlineData("a[1-2][3-4]", 7)]
    [InlineData("a[1-2]5[3-4]", 7)]
    [InlineData("a[[1]]", 3)]
    [InlineData("a[1234567890123456789]", 3)]
    [InlineData("@", 2)]
    [InlineData("@a[1]", 3)]
    [InlineData("a@b", 2)]
    [InlineData("[fe80::1]", 2)]
    public void Fault_in_a_list_is_found_with_its_place(string targets, int place)
    {
        var fault = Assert.Throws<BroadcastException>(() => TargetNames.Contains(targets, "a1", []));
        Assert.Contains($"character {place}:", fault.Message);
        Assert.NotNull(fault.Hint);
    }

    [Fact]
    public void Fault_behind_the_name_is_found_too()
        => Assert.Throws<BroadcastException>(() => TargetNames.Contains("web1,web[2", "web1", []));

    [Fact]
    public void Huge_ranges_are_not_expanded()
    {
        string list = string.Join(',', Enumerable.Repeat("n[1-999999999999999999]m[0-999999999999999998/2]", 5_000));
        Assert.True(TargetNames.Contains(list, "n999999999999999999m4", []));
        Assert.False(TargetNames.Contains(list, "n999999999999999999m5", []));
    }

    [Fact]
    public void Random_lists_are_read_or_rejected_with_the_documented_exception()
    {
        var random = new Random(3);
        for (int round = 0; round < 50_000; round++)
        {
            char[] list = [.. List];
            for (int change = random.Next(1, 6); change > 0; change--)
                list[random.Next(list.Length)] = "[],-/@0159a.é\0"[random.Next(14)];
            Exception? fault = Record.Exception(() => TargetNames.Contains(new(list), "web12", ["cache"]));
            Assert.True(fault is null or BroadcastException, $"{new string(list)}: {fault}");
        }
    }
}
