using System.Diagnostics;
using RemoteShell.Fuzzing.Targets;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Fuzzing;

/// <summary>Runs a target with made-up inputs, for a number of executions or a time.</summary>
internal static class SeededRun
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(30);

    /// <summary>Returns the exit status: 0, or 1 if an input made the target fail.</summary>
    public static int Execute(FuzzTarget target, long runs, int seed, TimeSpan limit)
    {
        var time = Stopwatch.StartNew();
        TimeSpan reported = default;
        long done = 0;
        for (; done < runs && time.Elapsed < limit; done++)
        {
            int current = unchecked(seed + (int)done);
            if (!TryRun(target, current))
                return 1;
            if (time.Elapsed - reported < ReportInterval)
                continue;
            reported = time.Elapsed;
            Console.Error.WriteLine($"{target.Name}: {done + 1} executions in {reported.TotalSeconds:F0} s");
        }

        Console.WriteLine($"{target.Name}: {done} executions in {time.Elapsed.TotalSeconds:F0} s, no failure");
        return 0;
    }

    private static bool TryRun(FuzzTarget target, int seed)
    {
        byte[] input = target.Generate(Choices.FromSeed(seed), seed);
        try
        {
            target.Run(input);
            return true;
        }
        catch (Exception e)
        {
            string file = Path.GetFullPath($"failed-{target.Name}-{seed}");
            File.WriteAllBytes(file, input);
            Console.Error.WriteLine($"{target.Name}: the input of seed {seed}, now in {file}, fails: {e}");
            return false;
        }
    }
}
