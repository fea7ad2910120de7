using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The prompt: user, host, and the remote folder.</summary>
/// <param name="User">The remote user; null if it is not known.</param>
/// <param name="Host">The server, as the user named it.</param>
/// <param name="Home">The remote user's home; null if it is not known.</param>
internal sealed record PromptText(string? User, string Host, string? Home)
{
    /// <summary>The prompt for the line editor.</summary>
    public IReadOnlyList<StyledPart> Parts(string? folder)
    {
        string user = User is null || Host.Contains('@', StringComparison.Ordinal) ? "" : $"{UserMessages.OneLine(User)}@";
        string shown = UserMessages.OneLine(Short(folder));
        return [new($"{user}{UserMessages.OneLine(Host)}", CellStyle.Host), new(":"), new(shown, CellStyle.Path), new("$ ")];
    }

    private string Short(string? folder)
    {
        if (folder is null || folder == Home)
            return "~";
        bool isInHome = Home is { Length: > 1 } && folder.StartsWith($"{Home}/", StringComparison.Ordinal);
        return isInHome ? $"~{folder[Home!.Length..]}" : folder;
    }
}
