namespace RemoteShell.Server;

/// <summary>What a server records.</summary>
[Flags]
public enum RecordedKinds
{
    /// <summary>Nothing, but what the option <c>record</c> of a key asks for.</summary>
    None = 0,

    /// <summary>The output of commands without a terminal.</summary>
    Commands = 1,

    /// <summary>What terminals show.</summary>
    Terminals = 2,
}
