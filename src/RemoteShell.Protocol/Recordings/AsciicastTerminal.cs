namespace RemoteShell.Protocol.Recordings;

/// <summary>The terminal of an asciicast.</summary>
/// <param name="Cols">Its columns.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Type">Its type, as in TERM.</param>
public sealed record AsciicastTerminal(int Cols, int Rows, string Type);
