namespace RemoteShell.Testing.Hostile;

/// <summary>The kind of a JSON value.</summary>
public enum ValueKind
{
    Number,
    Text,
    Boolean,
    List,
    Map,
}
