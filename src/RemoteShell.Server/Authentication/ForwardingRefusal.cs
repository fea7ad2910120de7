namespace RemoteShell.Server.Authentication;

/// <summary>Why a client may not forward a connection.</summary>
/// <param name="Text">What it may not do, for people.</param>
/// <param name="Hint">Which option would permit it.</param>
internal sealed record ForwardingRefusal(string Text, string Hint);
