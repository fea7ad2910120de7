namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>What a name at a prompt stands for.</summary>
internal enum NameKind
{
    /// <summary>A function, an alias, a built-in, a reserved word or a program.</summary>
    Command,

    /// <summary>A variable of the shell.</summary>
    Variable,

    /// <summary>A user, whose home the shell writes for <c>~NAME</c>.</summary>
    User,
}
