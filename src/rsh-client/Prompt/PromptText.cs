using RemoteShell.Cli.Client.Output;
using Spectre.Console;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>What stands in front of a typed line: user, host, and the remote folder.</summary>
/// <param name="User">The user there; null where nobody knows.</param>
/// <param name="Host">The server, as the user named it.</param>
/// <param name="Home">The user's home there; null where nobody knows.</param>
internal sealed record PromptText(string? User, string Host, string? Home)
{
    /// <summary>As the line editor wants it.</summary>
    public string Markup(string? folder)
        => $"[green]{(User is null || Host.Contains('@', StringComparison.Ordinal) ? "" : $"{User.EscapeMarkup()}@")}{Host.EscapeMarkup()}[/]:[blue]{UserMessages.OneLine(Short(folder)).EscapeMarkup()}[/]$";

    private string Short(string? folder)
    {
        if (folder is null || folder == Home)
            return "~";
        return Home is { Length: > 1 } && folder.StartsWith($"{Home}/", StringComparison.Ordinal) ? $"~{folder[Home.Length..]}" : folder;
    }
}
