using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Results;

/// <summary>Checks what a result says, so that no contradiction looks like success.</summary>
internal static class ResultMeaning
{
    /// <summary>Checks the result of a command: only a command that exited by itself can have the code 0.</summary>
    /// <exception cref="UnverifiedOutputException">The outcome and the code contradict each other.</exception>
    public static void RequireConsistent(ResultMessage result)
    {
        if (result.Outcome != Outcome.Exited && result.Code == 0)
        {
            throw new UnverifiedOutputException(
                $"the server's result contradicts itself: the outcome is '{result.Outcome}', the code is 0");
        }
    }

    /// <summary>Checks the result of a request without a command.</summary>
    /// <exception cref="UnverifiedOutputException">The server does not say that the request was done.</exception>
    public static void RequireDone(ResultMessage result)
    {
        if (result is { Outcome: Outcome.Exited, Code: 0 })
            return;
        throw new UnverifiedOutputException(
            $"the server does not say that the request was done: the outcome is '{result.Outcome}', the code is {result.Code}");
    }

    /// <summary>Checks the result that tells why a job did not start.</summary>
    /// <exception cref="UnverifiedOutputException">It says something else.</exception>
    public static void RequireNeverStarted(ResultMessage result)
    {
        if (result is { Outcome: Outcome.NeverStarted, Code: > 0 })
            return;
        throw new UnverifiedOutputException(
            $"the server did not start the job, but gave a result: the outcome is '{result.Outcome}', the code is {result.Code}");
    }
}
