namespace RemoteShell.Testing.Hostile;

/// <summary>The side that may send a message.</summary>
[Flags]
public enum Sender
{
    None = 0,
    Client = 1,
    Server = 2,
    Both = Client | Server,
}
