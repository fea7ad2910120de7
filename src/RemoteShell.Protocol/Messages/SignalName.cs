namespace RemoteShell.Protocol.Messages;

/// <summary>Signal names without SIG, as <c>kill</c> takes them, and their numbers.</summary>
public static class SignalName
{
    // Linux has these numbers on every processor that .NET supports. macOS has the same, except those in OnMac.
    private static readonly Dictionary<string, int> Numbers = new(StringComparer.Ordinal)
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["ILL"] = 4,
        ["TRAP"] = 5,
        ["ABRT"] = 6,
        ["FPE"] = 8,
        ["KILL"] = 9,
        ["SEGV"] = 11,
        ["PIPE"] = 13,
        ["ALRM"] = 14,
        ["TERM"] = 15,
        ["BUS"] = OnMac(10, 7),
        ["USR1"] = OnMac(30, 10),
        ["USR2"] = OnMac(31, 12),
        ["CHLD"] = OnMac(20, 17),
        ["CONT"] = OnMac(19, 18),
        ["STOP"] = OnMac(17, 19),
        ["TSTP"] = OnMac(18, 20),
        ["TTIN"] = 21,
        ["TTOU"] = 22,
        ["URG"] = OnMac(16, 23),
        ["XCPU"] = 24,
        ["XFSZ"] = 25,
        ["VTALRM"] = 26,
        ["PROF"] = 27,
        ["WINCH"] = 28,
        ["IO"] = OnMac(23, 29),
        ["SYS"] = OnMac(12, 31),
    };

    /// <summary>Returns the signal's number on this system, or null if the name is unknown.</summary>
    public static int? ToNumber(string name) => Numbers.TryGetValue(name, out int number) ? number : null;

    /// <summary>Returns the signal's name on this system, or the number if it has no name.</summary>
    public static string FromNumber(int number)
        => Numbers.FirstOrDefault(pair => pair.Value == number).Key ?? number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static int OnMac(int mac, int linux) => OperatingSystem.IsMacOS() ? mac : linux;
}
