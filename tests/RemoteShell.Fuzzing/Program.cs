using System.Globalization;
using RemoteShell.Fuzzing.Targets;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Fuzzing;

/// <summary>Runs the targets of the fuzzers: with made-up inputs, with stored ones, or for afl-fuzz.</summary>
internal static class Program
{
    private const string Usage = """
        RemoteShell.Fuzzing list                                         print the targets
        RemoteShell.Fuzzing run TARGET [RUNS [SEED [SECONDS]]]           run made-up inputs [10000000 0 3600]
        RemoteShell.Fuzzing replay TARGET FILE...                        run stored inputs
        RemoteShell.Fuzzing write TARGET FOLDER COUNT                    store made-up inputs
        RemoteShell.Fuzzing afl TARGET                                   run the inputs of afl-fuzz, in instrumented assemblies
        """;

    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["list"]:
                Console.WriteLine(string.Join('\n', FuzzTarget.All.Select(target => target.Name)));
                return 0;
            case ["run", var name, ..] when Find(name) is { } target:
                return new SeededRun(target).Execute(
                    Number(arguments, 2, 10_000_000), (int)Number(arguments, 3, 0), TimeSpan.FromSeconds(Number(arguments, 4, 3600)));
            case ["replay", var name, .. var files] when Find(name) is { } target:
                return Replay(target, files);
            case ["write", var name, var folder, var count] when Find(name) is { } target:
                Directory.CreateDirectory(folder);
                for (int seed = 0; seed < int.Parse(count, CultureInfo.InvariantCulture); seed++)
                    File.WriteAllBytes(Path.Combine(folder, $"seed-{seed}"), target.Generate(Choices.FromSeed(seed), seed));
                return 0;
            case ["afl", var name] when Find(name) is { } target:
                SharpFuzz.Fuzzer.Run(input => target.Run(ReadAll(input)));
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static int Replay(FuzzTarget target, string[] files)
    {
        foreach (string file in files)
        {
            try
            {
                target.Run(File.ReadAllBytes(file));
            }
            catch (Exception e)
            {
                Console.Error.WriteLine($"{target.Name}: {file} fails: {e}");
                return 1;
            }
        }

        Console.WriteLine($"{target.Name}: {files.Length} stored inputs, no failure");
        return 0;
    }

    private static FuzzTarget? Find(string name) => FuzzTarget.All.FirstOrDefault(target => target.Name == name);

    private static long Number(string[] arguments, int at, long usual)
        => at < arguments.Length ? long.Parse(arguments[at], CultureInfo.InvariantCulture) : usual;

    private static byte[] ReadAll(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
