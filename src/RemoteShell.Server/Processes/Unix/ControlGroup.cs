using System.Globalization;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>The control group (cgroup v2) of one job: whatever the command starts is in it, and setsid(2) does not leave it.</summary>
/// <param name="path">Its folder in the cgroup file system.</param>
internal sealed class ControlGroup(string path)
{
    // Moves the shell itself, which then becomes the command. If it cannot be moved, the command runs where the server is.
    private const string MoveScript = "{ echo 0 >\"$0\"; } 2>/dev/null; exec \"$@\"";

    /// <summary>The name of its folder.</summary>
    public string Name => Path.GetFileName(path);

    private string Processes => Path.Combine(path, "cgroup.procs");

    /// <summary>Makes the group; false if the system refuses. Then the job runs without one.</summary>
    public bool TryCreate()
    {
        try
        {
            Directory.CreateDirectory(path);
            return File.Exists(Processes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Returns a program that enters the group, and then becomes the command: nothing of the command runs outside.</summary>
    public ProcessSpec Wrap(ProcessSpec command) => SetSid.Helper is { } helper
        ? command with { Program = helper, Arguments = ["-g", Processes, command.Program, .. command.Arguments] }
        : command with { Program = "/bin/sh", Arguments = ["-c", MoveScript, Processes, command.Program, .. command.Arguments] };

    /// <summary>The ids of the processes in the group and in groups below it; none if the group is gone.</summary>
    public IReadOnlySet<int> Members()
    {
        var members = new HashSet<int>();
        try
        {
            foreach (string file in Directory.EnumerateFiles(path, "cgroup.procs", SearchOption.AllDirectories))
                members.UnionWith(File.ReadAllLines(file).Select(line => int.Parse(line, CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The group, or one below it, is gone.
        }

        return members;
    }

    /// <summary>Kills all processes of the group at once, also those that are being forked.</summary>
    public void Kill()
    {
        try
        {
            using var file = new FileStream(Path.Combine(path, "cgroup.kill"), FileMode.Open, FileAccess.Write);
            file.Write("1"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The group is gone.
        }
    }

    /// <summary>Removes the group; false if a process is still in it.</summary>
    public bool TryRemove()
    {
        try
        {
            // Groups that the command made come first. The files of a group go with its folder.
            string[] below = Directory.GetDirectories(path, "*", SearchOption.AllDirectories);
            foreach (string folder in below.OrderDescending(StringComparer.Ordinal))
                Directory.Delete(folder);
            Directory.Delete(path);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
