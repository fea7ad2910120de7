namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A text as the user ended it.</summary>
internal readonly record struct EditedText(LineEnd End, string Text);
