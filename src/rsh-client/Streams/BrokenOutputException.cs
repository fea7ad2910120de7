namespace RemoteShell.Cli.Client.Streams;

/// <summary>Whoever was to read standard output or error has closed it, as <c>head</c> does.</summary>
internal sealed class BrokenOutputException() : Exception("nobody reads the output any more");
