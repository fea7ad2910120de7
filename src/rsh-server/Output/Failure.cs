using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Output;

/// <summary>Reports an error on standard error: a line with the message, and a line with the hint, if there is one.</summary>
internal static class Failure
{
    /// <summary>Reports an exception, and returns the exit status for it.</summary>
    public static int Report(Exception e) => e switch
    {
        RemoteShellException known => Report(1, known.Message, known.Hint),
        FormatException format => Report(2, format.Message, null),
        IOException or UnauthorizedAccessException => Report(1, e.Message, null),
        _ => Report(1, $"internal error: {e}", null),
    };

    /// <summary>Reports an error, and returns <paramref name="status"/>.</summary>
    public static int Report(int status, string message, string? hint)
    {
        Console.Error.WriteLine($"rsh-server: {message}");
        if (hint is not null)
            Console.Error.WriteLine(hint);
        return status;
    }
}
