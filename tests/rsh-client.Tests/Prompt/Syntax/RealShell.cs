using System.Diagnostics;
using System.Globalization;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>The shells of this machine, which judge texts with <c>-n</c>.</summary>
internal static class RealShell
{
    /// <summary>Whether the first word of a shell's command line can be run here.</summary>
    public static bool IsThere(string shell) => Find(shell) is not null;

    /// <summary>The path of a shell that is there.</summary>
    public static string PathOf(string shell) => Find(shell)!;

    /// <summary>Lets a shell judge each text: its exit status and its standard error.</summary>
    public static async Task<IReadOnlyList<(int Status, string Error)>> CheckAsync(string shell, IReadOnlyList<string> texts)
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < texts.Count; i++)
            await File.WriteAllTextAsync(folder[$"t{i}"], $"{texts[i]}\n");
        string check = $"{shell} -n t$i 2>e$i </dev/null >/dev/null; echo $? >s$i";
        string script = $"i=0; while [ $i -lt {texts.Count} ]; do {check}; i=$((i+1)); done";
        await RunAsync("sh", ["-c", script], folder.Path);
        var results = new List<(int, string)>();
        for (int i = 0; i < texts.Count; i++)
        {
            int status = int.Parse(await File.ReadAllTextAsync(folder[$"s{i}"]), CultureInfo.InvariantCulture);
            results.Add((status, await File.ReadAllTextAsync(folder[$"e{i}"])));
        }

        return results;
    }

    /// <summary>Lets a shell judge each text.</summary>
    public static async Task<IReadOnlyList<SyntaxVerdict>> VerdictsAsync(string shell, IReadOnlyList<string> texts)
        => [.. (await CheckAsync(shell, texts)).Select(said => ShellSyntaxMessages.Verdict(said.Status, said.Error))];

    /// <summary>Runs a program until it ends, and returns its standard output.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync().Within(TimeSpan.FromMinutes(5));
            await process.WaitForExitAsync().Within();
            return output;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static string? Find(string shell) => Environment.GetEnvironmentVariable("PATH")!
        .Split(':')
        .Select(folder => Path.Combine(folder, shell.Split(' ')[0]))
        .FirstOrDefault(File.Exists);
}
