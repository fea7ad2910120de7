namespace RemoteShell.Client;

/// <summary>Who tells the server that a command's result and output have arrived, so that it may drop them.</summary>
public enum Acknowledgement
{
    /// <summary>The client, as soon as it has verified them.</summary>
    OnCompletion,

    /// <summary>The caller, by <see cref="RemoteJob.Acknowledge"/>. Until then another process can resume the command.</summary>
    /// <remarks>The server keeps an ended job at most as long as its <see cref="DisconnectPolicy"/> says.</remarks>
    ByCaller,
}
