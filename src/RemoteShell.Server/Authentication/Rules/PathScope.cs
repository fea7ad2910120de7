namespace RemoteShell.Server.Authentication.Rules;

/// <summary>How much of what is at a path a request is about.</summary>
internal enum PathScope
{
    /// <summary>The entry itself.</summary>
    Entry,

    /// <summary>The names in the folder.</summary>
    Names,

    /// <summary>Any entry in the folder, but not what is below them.</summary>
    Children,

    /// <summary>The entry and all below it.</summary>
    Tree,
}
