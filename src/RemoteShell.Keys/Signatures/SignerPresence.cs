namespace RemoteShell.Keys;

/// <summary>What a valid signature says about the user.</summary>
/// <param name="IsTouched">Whether the user touched the FIDO authenticator. True for a key that is on none.</param>
/// <param name="IsVerified">Whether the authenticator verified the user by a PIN or a fingerprint. False for a key that is on none.</param>
public readonly record struct SignerPresence(bool IsTouched, bool IsVerified);
