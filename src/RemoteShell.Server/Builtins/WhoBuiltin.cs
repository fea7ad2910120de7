using System.Globalization;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Builtins;

/// <summary>Lists who is connected, as far as everybody may know it.</summary>
internal static class WhoBuiltin
{
    public static Builtin Builtin { get; } = new("who", "lists who is connected to this server", """
        who
          Lists the connections of this server, the oldest first: number, since when (UTC), and the name that the key carries.
          What your own do is told by 'rsh-client who HOST'. Who is logged in to the system is told by "command who".
        """, Run)
    {
        StandsAlone = true,
    };

    private static BuiltinResult Run(BuiltinCall call) => call.Arguments.Count > 0
        ? new(2, "", "who: it takes nothing behind it\n")
        : new(0, string.Concat(call.Visitors().OrderBy(visitor => visitor.Id).Select(visitor => string.Create(CultureInfo.InvariantCulture, $"{visitor.Id,5}  {visitor.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {(visitor.Name.Length > 0 ? LogSanitizer.Of(visitor.Name) : "-")}\n"))));
}
