using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The version as <c>ssh -V</c> prints it: programs read the number of OpenSSH from it to know which options there are.</summary>
internal static class SshVersion
{
    /// <summary>The line.</summary>
    public static string Text => $"OpenSSH_9.9p1 compatible, RemoteShell {ProductVersion.Text}";
}
