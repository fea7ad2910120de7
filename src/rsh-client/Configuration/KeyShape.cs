namespace RemoteShell.Cli.Client.Configuration;

/// <summary>What the value of a key looks like.</summary>
internal enum KeyShape
{
    /// <summary>One word; in quotes it may have spaces.</summary>
    Word,

    /// <summary><c>yes</c> or <c>no</c>.</summary>
    Flag,

    /// <summary>One or more words.</summary>
    Words,

    /// <summary>The rest of the line as it is: a command line of a shell.</summary>
    CommandLine,

    /// <summary><c>NAME = VALUE</c>, the rest of the line.</summary>
    Definition,
}
