namespace RemoteShell.Server.Authentication.Lists;

/// <summary>Whether a client may use the server at one moment.</summary>
/// <param name="Permitted">The line that permits it; null if none does.</param>
/// <param name="Fault">Why it may not, for people; null if it may.</param>
/// <param name="Hint">What helps; null if it may.</param>
internal sealed record KeyDecision(AuthorizedKey? Permitted, string? Fault, string? Hint)
{
    public static KeyDecision Permit(AuthorizedKey line) => new(line, null, null);

    public static KeyDecision Refuse(string fault, string hint) => new(null, fault, hint);
}
