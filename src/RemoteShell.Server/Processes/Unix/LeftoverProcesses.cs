using System.Globalization;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Processes that a server before this one started, and that outlived it: their environment says whose they are.</summary>
internal static class LeftoverProcesses
{
    private const string Variable = "RSH_JOB=";

    /// <summary>Those that carry the id of one of the jobs.</summary>
    public static IEnumerable<(int Pid, string Job)> Of(IReadOnlyCollection<string> jobs)
    {
        if (jobs.Count == 0 || !Directory.Exists("/proc/self"))
            yield break;
        var wanted = jobs.ToHashSet(StringComparer.Ordinal);
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && JobOf(folder) is { } job && wanted.Contains(job))
                yield return (pid, job);
    }

    private static string? JobOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').FirstOrDefault(variable => variable.StartsWith(Variable, StringComparison.Ordinal))?[Variable.Length..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or gone.
            return null;
        }
    }
}
