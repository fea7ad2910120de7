using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Output;

/// <summary>What went wrong, on standard error: a line that says so, and a line with the cure where there is one.</summary>
internal static class Failure
{
    public static int Report(Exception e) => e switch
    {
        RemoteShellException known => Report(1, known.Message, known.Hint),
        FormatException format => Report(2, format.Message, null),
        IOException or UnauthorizedAccessException => Report(1, e.Message, null),
        _ => Report(1, $"this is a fault of rsh-server: {e}", null),
    };

    public static int Report(int status, string what, string? cure)
    {
        Console.Error.WriteLine($"rsh-server: {what}");
        if (cure is not null)
            Console.Error.WriteLine(cure);
        return status;
    }
}
