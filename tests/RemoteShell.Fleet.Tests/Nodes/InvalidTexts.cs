namespace RemoteShell.Fleet.Tests.Nodes;

/// <summary>Texts that are not node sets, for us and for ClusterShell.</summary>
internal static class InvalidTexts
{
    public static IReadOnlyList<string> All { get; } =
    [
        "a[", "a[1", "a]", "a1]", "a[1]]", "a[[1]]", "a[1[2]]", "[", "]", "a[1-2][3-4]", "a[1-2]5[3-4]",
        "a[]", "a[1,]", "a[,1]", "a[ ]", "a[x]", "a[1-x]", "a[2-1]", "a[1-2/0]", "a[1-2/x]", "a[5/2]",
        "a[01-5]", "a[1-05]", "a[001-05]",
        ",", "!", "a,", ",a", "a!", "!a", "a,,b", "a,!b", "a&", "&a", "a^^b", "a[1-2],", "a , , b",
    ];
}
