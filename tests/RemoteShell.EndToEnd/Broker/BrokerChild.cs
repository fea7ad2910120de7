using System.Diagnostics;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>The <c>rsh-broker</c> that a client has started.</summary>
internal static class BrokerChild
{
    /// <summary>Kills it with SIGKILL, when it runs, and waits until it has ended.</summary>
    /// <param name="client">The client.</param>
    /// <param name="command">The command of <c>rsh-broker</c>.</param>
    public static async Task KillAsync(Process client, string command)
    {
        await Waiting.Until(() => Find(client, command) is not null, $"the client has started rsh-broker {command}");
        int child = Find(client, command)!.Value;
        using Process process = Process.GetProcessById(child);
        process.Kill();
        await Waiting.Until(() => Find(client, command) != child, "it has ended");
    }

    /// <summary>Kills it with SIGKILL, if it runs.</summary>
    public static void TryKill(Process client, string command)
    {
        try
        {
            if (Find(client, command) is not { } child)
                return;
            using Process process = Process.GetProcessById(child);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Its process id; null if it does not run.</summary>
    public static int? Find(Process client, string command)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{client.Id}/task")
                .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(child => IsCommand(File.ReadAllText($"/proc/{child}/cmdline").Split('\0'), command))
                .Select(child => (int?)int.Parse(child))
                .FirstOrDefault();
        }
        catch (IOException)
        {
            // A thread or a process has ended meanwhile.
            return null;
        }
    }

    // A zombie has no words.
    private static bool IsCommand(string[] words, string command)
        => words[0].EndsWith("rsh-broker", StringComparison.Ordinal) && words.ElementAtOrDefault(1) == command;
}
