using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.Fleet.Tests.Nodes;

/// <summary>ClusterShell of this machine, the reference for node sets.</summary>
internal static class ClusterShell
{
    private const string Script = """
        import json, sys
        from ClusterShell.NodeSet import NodeSet
        from ClusterShell.NodeUtils import GroupResolver, GroupSource
        groups, texts = json.load(sys.stdin)
        # Without its third argument, @* is the text of all groups put together, so that an operator of one works on those before it.
        resolver = GroupResolver(GroupSource('local', groups, ','.join('@' + name for name in groups)))
        answers = []
        for text in texts:
            try:
                nodes = NodeSet(text, resolver=resolver)
                answers.append([str(nodes)] + list(nodes))
            except Exception as e:
                answers.append(None)
        json.dump(answers, sys.stdout)
        """;

    /// <summary>The Python that its program <c>nodeset</c> names; null if it is not installed.</summary>
    public static string? Python => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Select(folder => Path.Combine(folder, "nodeset"))
        .Where(File.Exists)
        .Select(program => File.ReadLines(program).First())
        .FirstOrDefault(line => line.StartsWith("#!/", StringComparison.Ordinal))?[2..];

    /// <summary>For each text its folded text and then its nodes, in the order of ClusterShell; null if the text is wrong.</summary>
    public static async Task<IReadOnlyList<string[]?>> AskAsync(
        string python, IReadOnlyDictionary<string, string> groups, IReadOnlyList<string> texts)
    {
        var start = new ProcessStartInfo(python, ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new object[] { groups, texts })).Within();
            process.StandardInput.Close();
            return JsonSerializer.Deserialize<string[]?[]>(await output.Within(TimeSpan.FromMinutes(2)))!;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
