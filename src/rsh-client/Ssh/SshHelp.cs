namespace RemoteShell.Cli.Client.Ssh;

/// <summary>Texts about the command that programs take for ssh.</summary>
internal static class SshHelp
{
    /// <summary>Where the options are listed.</summary>
    public const string Hint = "usage: rsh-ssh [OPTIONS] [USER@]HOST [COMMAND...], with the options of ssh; list them: man rsh-ssh";
}
