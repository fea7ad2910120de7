using System.Globalization;

namespace RemoteShell.Server.Builtins;

/// <summary>Prints the server's time.</summary>
internal static class TimeBuiltin
{
    public static Builtin Builtin { get; } = new("time", "prints the server's time, in UTC", """
        time
          Prints the server's time in UTC, to the millisecond: 2030-12-31T23:59:59.999Z
          At a prompt, "time COMMAND" is the shell's: it measures the command.
        """, Run)
    {
        StandsAlone = true,
    };

    private static BuiltinResult Run(BuiltinCall call)
    {
        if (call.Arguments.Count > 0)
            return new(2, "", "time: takes no arguments\n");
        return new(0, string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\n"));
    }
}
