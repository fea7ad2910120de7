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
        {
            string held = string.Join(" and ", result.Held.Select(JsonWords.Of));
            UserMessages.Say($"a process that the command left behind still has its {held} open; its further output is not shown");
        }
    }
}
