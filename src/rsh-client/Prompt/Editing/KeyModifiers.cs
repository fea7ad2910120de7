namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The keys that are held down with another one, in the bits of xterm.</summary>
[Flags]
internal enum KeyModifiers
{
    None = 0,
    Shift = 1,
    Alt = 2,
    Control = 4,
}
