namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>What a word that is being completed stands for.</summary>
internal enum WordKind
{
    /// <summary>Nothing that can be completed: a comment, a heredoc, arithmetic.</summary>
    None,

    /// <summary>The name of a command.</summary>
    Command,

    /// <summary>An argument: mostly the path of a file.</summary>
    Argument,

    /// <summary>The file of a redirection.</summary>
    Target,

    /// <summary>The name of a variable, after a dollar sign.</summary>
    Variable,

    /// <summary>The name of a user, after a tilde; the value begins with the tilde.</summary>
    User,
}
