namespace RemoteShell.Fleet.Nodes;

/// <summary>What a node set may have.</summary>
internal static class NodeLimits
{
    /// <summary>The nodes of a set, and of each part of an expression.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>The nodes of all parts of an expression together, and of the groups that it names.</summary>
    public const int MaxWork = 5_000_000;

    /// <summary>Groups and files that name each other, one inside the other.</summary>
    public const int MaxDepth = 64;

    /// <summary>The length of a file of nodes, in characters.</summary>
    public const int MaxFileLength = 16 * 1024 * 1024;

    /// <summary>Throws if a set has too many nodes.</summary>
    /// <exception cref="NodeSetException">It has too many.</exception>
    public static void CheckCount(long count)
    {
        if (count > MaxNodes)
            throw TooMany($"a node set has at most {MaxNodes:N0} nodes");
    }

    /// <summary>The exception for a set that is too large.</summary>
    public static NodeSetException TooMany(string message) => new(message) { Hint = "name fewer nodes, in several commands" };
}
