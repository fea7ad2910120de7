using System.Globalization;

namespace RemoteShell.Testing.Hostile;

/// <summary>The seed of one conversation that failed, to run it again alone.</summary>
public static class FuzzSeed
{
    public const string Variable = "RSH_FUZZ_SEED";

    /// <summary>The seed in the environment; null if the usual seeds are to run.</summary>
    public static int? Given { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Returns the seeds of a test: those from <paramref name="first"/> on, or the given one.</summary>
    public static IEnumerable<int> Of(int first, int count) => Given is { } seed ? [seed] : Enumerable.Range(first, count);
}
