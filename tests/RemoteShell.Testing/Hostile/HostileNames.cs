using System.Text.Json;

namespace RemoteShell.Testing.Hostile;

/// <summary>Paths that a record of a transfer can have and must not: they lead elsewhere, or are not paths.</summary>
public static class HostileNames
{
    private const string Outside = "outside";

    /// <summary>Paths that break the rules, as JSON strings. <c>outside</c> is the name of a file beside the target.</summary>
    public static IReadOnlyList<string> Invalid { get; } =
    [
        // An empty path is only valid for the end of a folder.
        .. Quoted(
            "", ".", "..", "../outside", "./f", "f/.", "f/..", "f/../../outside", "d/../../outside", "/", "//", "/etc/x", "//outside", "f/",
            "/f", "d//f", "\0", "f\0", "f\0/../../outside", "f\\x00", "d\\x2ff", "\\x2e", "\\x2e\\x2e", "\\x2e\\x2e/outside",
            "..\\x2foutside", "\\x2foutside", "f\\", "f\\q", "\\x", "\\x2", "\\x+2", new string('n', 256), new string('n', 10_000),
            new string('ü', 128), $"d/{new string('n', 256)}", string.Concat(Enumerable.Repeat("../", 5000)) + Outside),
        // Half a surrogate pair.
        "\"\\ud800\"",
        "\"f\\udc00\"",
    ];

    /// <summary>A path of so many names that no system has it, as a JSON string.</summary>
    public static string Deep { get; } = Quoted(string.Concat(Enumerable.Repeat("d/", 100_000)) + "f").First();

    private static IEnumerable<string> Quoted(params string[] paths) => paths.Select(path => JsonSerializer.Serialize(path));
}
