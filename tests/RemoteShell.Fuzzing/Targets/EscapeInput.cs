using System.Text;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>Makes up the output of a program that uses, and misuses, the escape sequences of terminals.</summary>
internal static class EscapeInput
{
    private static readonly string[] Parts =
    [
        "\u001b[", "\u001b[?", "\u001b[>", "\u001b[=", "\u001b[<",
        "\u001b]8;;http://x\u001b\\", "\u001b]0;title\u0007", "\u001b]", "\u001bP",
        "\u001b\\", "\u001b", "\u009b", "\u009d", ";", ":", "1", "25", "47",
        "1000", "1004", "1006", "1047", "1049", "2004", "2026", "9001",
        "7", "5", "6", "69", "4", "99999999999999999999", "-1", "h", "l", "m", "r", "u", "q", " q", "$p",
        "p", "!p", "c", "H", "J", "K", "=",
        "\u001b=", "\u001b>", "\u001b(0", "\u000e",
        "\u000f", "\u0018", "\u001a", "\0", "\u007f", "text", "\u00e9", "\ud83d\ude00", "\r\n", "\u001bc",
    ];

    public static byte[] Generate(Choices choices, int seed)
    {
        _ = seed;
        var output = new List<byte>();
        for (int parts = choices.Next(24); parts > 0; parts--)
        {
            if (choices.OneIn(10))
                output.Add((byte)choices.Next(256));
            else
                output.AddRange(Encoding.UTF8.GetBytes(choices.Of(Parts)));
        }

        return [.. output];
    }
}
