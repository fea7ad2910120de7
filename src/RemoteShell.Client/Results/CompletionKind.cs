namespace RemoteShell.Client;

/// <summary>What a completion names.</summary>
public enum CompletionKind
{
    /// <summary>Something that this version does not know.</summary>
    Other,

    /// <summary>A file.</summary>
    File,

    /// <summary>A folder; the text ends with a slash.</summary>
    Folder,

    /// <summary>A program.</summary>
    Program,

    /// <summary>A built-in of the shell or of the server.</summary>
    Builtin,

    /// <summary>A function of the shell.</summary>
    Function,

    /// <summary>An alias of the shell.</summary>
    Alias,

    /// <summary>A reserved word of the shell.</summary>
    Keyword,

    /// <summary>A variable of the shell.</summary>
    Variable,

    /// <summary>A user of the server's system; the text has no tilde.</summary>
    User,
}
