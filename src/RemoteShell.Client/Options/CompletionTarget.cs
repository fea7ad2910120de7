namespace RemoteShell.Client;

/// <summary>What a word that is completed stands for.</summary>
public enum CompletionTarget
{
    /// <summary>A file or folder.</summary>
    Path,

    /// <summary>The name of a command, or the path of one.</summary>
    Command,

    /// <summary>The name of a variable, without the dollar sign.</summary>
    Variable,

    /// <summary>The name of a user, without the tilde.</summary>
    User,
}
