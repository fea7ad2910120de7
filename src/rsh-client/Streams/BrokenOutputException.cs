namespace RemoteShell.Cli.Client.Streams;

/// <summary>The reader of standard output or standard error has closed the pipe, as <c>head</c> does.</summary>
internal sealed class BrokenOutputException() : Exception("the reader of the output is gone");
