namespace RemoteShell.Server.Connections;

/// <summary>A penalty that is in force.</summary>
/// <param name="Place">The address, or a network such as <c>2001:db8::/64</c>.</param>
/// <param name="Left">How long it is still in force.</param>
/// <param name="Cause">Its last cause.</param>
/// <param name="Refused">How many connections it has refused.</param>
internal sealed record Penalty(string Place, TimeSpan Left, PenaltyCause Cause, long Refused);
