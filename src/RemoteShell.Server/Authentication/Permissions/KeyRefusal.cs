namespace RemoteShell.Server.Authentication.Permissions;

/// <summary>Why a client may not do what it asks for.</summary>
/// <param name="Text">What is refused, for the client.</param>
/// <param name="Hint">What to do about it, for the client.</param>
internal sealed record KeyRefusal(string Text, string Hint)
{
    /// <summary>The text of each refusal by an option of the key. Which option it is, only the log says.</summary>
    public const string NotAllowed = "not allowed for this key";

    /// <summary>The hint of each refusal by an option of the key.</summary>
    public const string AskAdministrator = "ask the server's administrator; the server's log says which option of the key refuses it";

    /// <summary>The option of the key that decides, as it is written; null: an option of the server decides.</summary>
    public string? Option { get; init; }

    /// <summary>A refusal by an option of the key.</summary>
    public static KeyRefusal By(string option) => new(NotAllowed, AskAdministrator) { Option = option };
}
