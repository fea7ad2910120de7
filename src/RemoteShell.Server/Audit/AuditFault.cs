namespace RemoteShell.Server.Audit;

/// <summary>Something in an audit journal that was changed.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line in the file, from 1 on; 0: it is about the whole file.</param>
/// <param name="Text">What is wrong, for people.</param>
public sealed record AuditFault(string File, long Line, string Text);
