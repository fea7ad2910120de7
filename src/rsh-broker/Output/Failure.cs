using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Broker.Output;

/// <summary>Reports an error on standard error: a line with the message, and a line with the hint, if there is one.</summary>
internal static class Failure
{
    /// <summary>Reports an exception, and returns the exit status for it.</summary>
    public static int Report(Exception failure)
    {
        Exception e = FileFailure.CauseOf(failure);
        return e switch
        {
            RemoteShellException known => Report(1, known.Message, known.Hint),
            UsageException usage => Report(2, usage.Message, usage.Hint),
            FormatException format => Report(2, format.Message, null),
            OperationCanceledException => 130,
            _ when FileFailure.Is(e) => Report(1, FileFailure.Describe(e), FileFailure.HintOf(e)),
            _ when MemoryFailure.Is(e) => Report(1, MemoryFailure.Message, MemoryFailure.Hint),
            _ => Report(1, $"internal error: {e}", null),
        };
    }

    private static int Report(int status, string message, string? hint)
    {
        Console.Error.WriteLine($"rsh-broker: {message}");
        if (hint is not null)
            Console.Error.WriteLine(hint);
        return status;
    }
}
