namespace RemoteShell.Cli.Failures;

/// <summary>The system gives this process no more memory, as under <c>ulimit -v</c>.</summary>
internal static class MemoryFailure
{
    public const string Message = "the system has no memory for this program";

    public const string Hint = "raise the limit (ulimit -v), or free some memory";

    /// <summary>Whether the lack of memory is the cause. A type whose initializer lacked memory wraps it.</summary>
    public static bool Is(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is OutOfMemoryException)
                return true;
        }

        return false;
    }
}
