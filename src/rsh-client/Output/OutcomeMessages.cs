using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Tells on standard error how a command ended.</summary>
internal static class OutcomeMessages
{
    /// <summary>Tells the outcome; nothing if the command simply exited, since its exit status says that.</summary>
    public static void Explain(CommandResult result)
    {
        if (ExitStatus.Sentence(result) is { } sentence)
            UserMessages.Say(sentence);
    }

    /// <summary>Warns of a process that still has the command's output open: what it writes from now on is not shown.</summary>
    public static void ExplainHeld(CommandResult result)
    {
        if (result.Held.Count > 0)
            UserMessages.Say($"a process that the command left behind still has its {Held(result)} open; its further output is not shown");
    }

    /// <summary>Warns of processes in the background that outlive their shell: what they write from now on is not shown.</summary>
    public static void ExplainBackground(CommandResult result)
    {
        if (result.Held.Count > 0)
        {
            UserMessages.Say(
                $"processes that the shell left in the background still have its {Held(result)} open; " +
                "what they write from now on is not shown");
        }
    }

    private static string Held(CommandResult result) => string.Join(" and ", result.Held.Select(JsonWords.Of));
}
