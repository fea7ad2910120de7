namespace RemoteShell.Cli.Client.Completing;

/// <summary>A word that may stand where the cursor is.</summary>
/// <param name="Text">The whole word. If it ends with <c>/</c>, <c>:</c> or <c>=</c>, more of it is to follow.</param>
/// <param name="Description">What it is; empty if the word says it.</param>
internal sealed record Candidate(string Text, string Description = "");
