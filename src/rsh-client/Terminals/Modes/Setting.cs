namespace RemoteShell.Cli.Client.Terminals.Modes;

/// <summary>What a program can change at a terminal and leave changed, in the order in which it is undone.</summary>
internal enum Setting
{
    Printer,
    Link,
    Protection,
    Charset,
    ShiftedCharset,
    Coding,
    Colours,
    Keypad,
    OtherKeys,
    KeyFormat,
    Mode,

    // The scrolling region before the modes that belong to the same screen, see ScreenModes.Region.
    Region,
    PrivateMode,
    CursorShape,
    LinuxCursor,
    DynamicColour,
    Palette,
    Progress,
}
