using System.Globalization;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Finds processes that outlived the server that started them: <c>RSH_JOB</c> in their environment names their job.</summary>
internal static class LeftoverProcesses
{
    private const string Variable = "RSH_JOB=";

    /// <summary>The processes of the given jobs, with the id of the job; none on a system without /proc.</summary>
    public static IEnumerable<(int Pid, string JobId)> Of(IReadOnlyCollection<string> jobs)
    {
        if (jobs.Count == 0 || !Directory.Exists("/proc/self"))
            yield break;
        var wanted = jobs.ToHashSet(StringComparer.Ordinal);
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                continue;
            if (JobOf(folder) is { } job && wanted.Contains(job))
                yield return (pid, job);
        }
    }

    private static string? JobOf(string folder)
    {
        try
        {
            string[] variables = File.ReadAllText(Path.Combine(folder, "environ")).Split('\0');
            return variables.FirstOrDefault(variable => variable.StartsWith(Variable, StringComparison.Ordinal))?[Variable.Length..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that is gone.
            return null;
        }
    }
}
