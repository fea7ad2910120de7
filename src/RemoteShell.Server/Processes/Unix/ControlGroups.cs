using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>The control groups (cgroup v2) of the jobs, below the server's own.</summary>
/// <remarks>
/// Only a group that was delegated to the server may be divided: a service manager does not expect changes in its other groups. systemd
/// marks a delegated group (<c>Delegate=yes</c>) by an extended attribute. A group that a user other than root can write was delegated too.
/// </remarks>
/// <param name="folder">The folder of the server's own group.</param>
internal sealed class ControlGroups(string folder)
{
    private const string Prefix = "rsh-job-";
    private const int CanWrite = 2;

    private static readonly string[] DelegationMarks = ["trusted.delegate", "user.delegate"];

    /// <summary>The folder of the server's own group.</summary>
    public string Folder => folder;

    /// <summary>The groups below the one that this process is in; null if that one was not delegated to it.</summary>
    public static ControlGroups? FindOwn()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return OwnFolder() is { } own && IsDelegated(own) ? new(own) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The group of a job, which may not exist yet.</summary>
    public ControlGroup Of(string job) => new(Path.Combine(folder, Prefix + job));

    /// <summary>Removes the groups that have no process any more.</summary>
    /// <param name="running">Jobs whose groups stay: a command may be about to enter.</param>
    public void RemoveEmpty(IEnumerable<string> running)
    {
        if (!Directory.Exists(folder))
            return;
        HashSet<string> kept = [.. running.Select(job => Prefix + job)];
        foreach (string path in Directory.GetDirectories(folder, $"{Prefix}*"))
        {
            if (!kept.Contains(Path.GetFileName(path)))
                new ControlGroup(path).TryRemove();
        }
    }

    /// <summary>The folder of the server's own group.</summary>
    /// <param name="groups">The lines of <c>/proc/self/cgroup</c>.</param>
    /// <param name="mounts">The lines of <c>/proc/self/mountinfo</c>.</param>
    /// <returns>Null for the root of the file system, and on a system without cgroup v2.</returns>
    internal static string? FolderOf(IEnumerable<string> groups, IEnumerable<string> mounts)
    {
        const string unified = "0::";
        string? group = groups.FirstOrDefault(line => line.StartsWith(unified, StringComparison.Ordinal))?[unified.Length..];
        // Fields of a mount: id, parent, device, root, mount point, options; then, after a dash, the type.
        string[]? mount = mounts.Select(line => line.Split(' ')).FirstOrDefault(IsUnified);
        if (group is null or "/" || mount is null)
            return null;
        string root = mount[3] == "/" ? "" : mount[3];
        return group.StartsWith($"{root}/", StringComparison.Ordinal) ? mount[4] + group[root.Length..] : null;

        static bool IsUnified(string[] fields) => Array.IndexOf(fields, "-") is > 4 and var dash && fields[dash + 1] == "cgroup2";
    }

    private static string? OwnFolder() => FolderOf(File.ReadLines("/proc/self/cgroup"), File.ReadLines("/proc/self/mountinfo"));

    private static bool IsDelegated(string own)
    {
        // Since Linux 5.14, and not in the root.
        if (!File.Exists(Path.Combine(own, "cgroup.kill")) || FileCalls.Access(Path.Combine(own, "cgroup.procs"), CanWrite) != 0)
            return false;
        return !Environment.IsPrivilegedProcess || DelegationMarks.Any(mark => IsSet(own, mark));
    }

    private static bool IsSet(string path, string attribute)
    {
        Span<byte> value = stackalloc byte[8];
        return FileCalls.GetAttribute(path, attribute, value, value.Length) == 1 && value[0] == '1';
    }
}
