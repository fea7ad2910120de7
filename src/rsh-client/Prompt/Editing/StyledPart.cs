namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A piece of text in one style, such as the host in a prompt.</summary>
internal readonly record struct StyledPart(string Text, CellStyle Style = CellStyle.Text);
