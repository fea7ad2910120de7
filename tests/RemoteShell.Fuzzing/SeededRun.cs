using System.Diagnostics;
using RemoteShell.Fuzzing.Targets;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Fuzzing;

/// <summary>Runs a target with made-up inputs, for a number of executions or a time.</summary>
internal sealed class SeededRun(FuzzTarget target)
{
    // Later failures are mostly repetitions of the first ones.
    private const int MaxKinds = 20;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(60);

    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private long _failures;

    /// <summary>Returns the exit status: 0, or 1 if an input made the target fail. Goes on after a failure.</summary>
    public int Execute(long runs, int seed, TimeSpan limit)
    {
        var time = Stopwatch.StartNew();
        TimeSpan reported = default;
        long done = 0;
        for (; done < runs && time.Elapsed < limit && _kinds.Count < MaxKinds; done++)
        {
            RunOnce(unchecked(seed + (int)done));
            if (time.Elapsed - reported < ReportInterval)
                continue;
            reported = time.Elapsed;
            Console.Error.WriteLine($"{target.Name}: {done + 1} executions in {reported.TotalSeconds:F0} s");
        }

        string failures = _failures == 0 ? "no failure" : $"{_failures} failures of {_kinds.Count} kinds";
        Console.WriteLine($"{target.Name}: {done} executions in {time.Elapsed.TotalSeconds:F0} s, {failures}");
        return _failures == 0 ? 0 : 1;
    }

    private void RunOnce(int seed)
    {
        byte[] input = target.Generate(Choices.FromSeed(seed), seed);
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            _failures++;
            if (!_kinds.Add(KindOf(e)))
                return;
            string file = Path.GetFullPath($"failed-{target.Name}-{seed}");
            File.WriteAllBytes(file, input);
            Console.Error.WriteLine($"{target.Name}: the input of seed {seed}, now in {file}, fails: {e}");
        }
    }

    // The innermost exception, and where it was thrown.
    private static string KindOf(Exception e)
    {
        Exception cause = e.GetBaseException();
        return $"{cause.GetType().Name} {cause.StackTrace?.Split('\n')[0]}";
    }
}
