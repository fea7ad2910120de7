using System.Globalization;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Builtins;

/// <summary>Lists the connected users, without details that only their owner may see.</summary>
internal static class WhoBuiltin
{
    public static Builtin Builtin { get; } = new("who", "lists who is connected to this server", """
        who
          Lists the connections of this server, the oldest first: number, start (UTC), and comment of the key.
          For what your own connections do, run: rsh-client who HOST. For the users logged in to the system, run: command who
        """, Run)
    {
        StandsAlone = true,
    };

    private static BuiltinResult Run(BuiltinCall call)
    {
        if (call.Arguments.Count > 0)
            return new(2, "", "who: takes no arguments\n");
        return new(0, string.Concat(call.Visitors().OrderBy(user => user.Id).Select(Line)));
    }

    private static string Line(ConnectedUser user)
    {
        string name = user.Name.Length > 0 ? LogSanitizer.Of(user.Name) : "-";
        return string.Create(CultureInfo.InvariantCulture, $"{user.Id,5}  {user.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {name}\n");
    }
}
