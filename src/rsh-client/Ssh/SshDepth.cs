using System.Globalization;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>Counts calls of this program by itself, also through a server: a host whose ProxyCommand is this program has no end.</summary>
internal static class SshDepth
{
    /// <summary>The variable that holds the number of calls around a program.</summary>
    public const string Variable = "RSH_SSH_DEPTH";

    // More hops than anyone needs, and few enough for any machine.
    private const int Most = 8;

    /// <summary>The number of this call, for the remote command.</summary>
    public static string Current => Environment.GetEnvironmentVariable(Variable) ?? "";

    /// <summary>Counts this call; the programs that it starts find the number, also those of <c>Match exec</c>.</summary>
    /// <exception cref="RemoteShellException">There are too many calls.</exception>
    public static void Enter()
    {
        _ = int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int around);
        if (around >= Most)
        {
            throw new RemoteShellException($"rsh-ssh has called itself {Most} times, and stops here")
            {
                Hint = "look at ProxyCommand in the configuration, or at DOCKER_HOST and the like on the server",
            };
        }

        Environment.SetEnvironmentVariable(Variable, (around + 1).ToString(CultureInfo.InvariantCulture));
    }
}
