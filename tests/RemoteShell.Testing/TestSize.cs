namespace RemoteShell.Testing;

/// <summary>The size of the tests: <c>RSH_TEST_SIZE=full</c> selects the heavy ones, see <c>tests/long.sh</c>.</summary>
public static class TestSize
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("RSH_TEST_SIZE") == "full";

    /// <summary>Returns the number for this run.</summary>
    public static int Of(int normal, int full) => IsFull ? full : normal;
}
