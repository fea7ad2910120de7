namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>The place in a list of commands.</summary>
internal enum CommandPosition
{
    /// <summary>At the start of a list that is empty so far.</summary>
    Start,

    /// <summary>After a command and its separator.</summary>
    Separated,

    /// <summary>After <c>&amp;&amp;</c> or <c>||</c>.</summary>
    AfterOperator,

    /// <summary>After <c>|</c>.</summary>
    AfterPipe,

    /// <summary>After <c>!</c>.</summary>
    AfterBang,

    /// <summary>After <c>time</c>.</summary>
    AfterTime,

    /// <summary>After assignments and redirections, before the name of the command.</summary>
    BeforeName,

    /// <summary>After the name of a simple command.</summary>
    InCommand,

    /// <summary>After a compound command.</summary>
    AfterCompound,

    /// <summary>After a redirection of a compound command.</summary>
    AfterRedirection,
}
