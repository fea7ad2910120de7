namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>A construct of the shell that has an end of its own.</summary>
internal enum ConstructKind
{
    /// <summary><c>( … )</c>.</summary>
    Subshell,

    /// <summary><c>{ … }</c>.</summary>
    Braces,

    /// <summary><c>if … fi</c>.</summary>
    If,

    /// <summary><c>while</c> or <c>until</c>, up to <c>done</c>.</summary>
    While,

    /// <summary><c>for</c> or <c>select</c>, up to <c>done</c>.</summary>
    For,

    /// <summary><c>case … esac</c>.</summary>
    Case,

    /// <summary>A function, up to the start of its body.</summary>
    Function,

    /// <summary><c>[[ … ]]</c>.</summary>
    Condition,

    /// <summary>The values of an array: <c>( … )</c> after an assignment.</summary>
    Array,
}
