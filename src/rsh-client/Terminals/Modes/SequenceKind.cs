namespace RemoteShell.Cli.Client.Terminals.Modes;

/// <summary>What a byte of a program's output has completed.</summary>
internal enum SequenceKind
{
    /// <summary>Nothing: text, or a part of a sequence.</summary>
    None,

    /// <summary>A control character.</summary>
    Control,

    /// <summary><c>ESC</c>, intermediate characters and a final one.</summary>
    Escape,

    /// <summary><c>CSI</c>: <c>ESC [</c>, parameters, intermediate characters and a final one.</summary>
    Csi,

    /// <summary><c>OSC</c>: <c>ESC ]</c> and a text.</summary>
    Osc,
}
