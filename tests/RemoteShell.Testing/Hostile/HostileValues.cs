using System.Text;

namespace RemoteShell.Testing.Hostile;

/// <summary>JSON values that a peer can send and should not: at and beyond each limit, of each type, with each kind of bad text.</summary>
/// <remarks>They are bytes, since some are not valid UTF-8. None of them does harm if a shell runs it as a command.</remarks>
public static class HostileValues
{
    private static readonly byte[][] Numbers = Encode(
        "0", "-1", "1", "2", "-0", "0.5", "1.0", "1e3", "1e309", "-1e309", "1e308", "-1e17", "1e-400", "64", "65", "128", "129", "10000",
        "10001", "262144", "262145", "16777216", "33554432", "33554433", "2147483647", "2147483648", "-2147483648", "-2147483649",
        "3888000000", "3888000001", "4294967295", "4294967296", "253402300799999", "253402300800000", "-62135596800000", "-62135596800001",
        "9007199254740992", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551615", "18446744073709551616", "99999999999999999999999999999999999999999", "4611686018427387904");

    private static readonly byte[][] Malformed = Encode(
        "NaN", "Infinity", "+1", "01", "0x10", "1_000", "", "'a'", "\"a", "{", "]", "\"\\x\"");

    private static readonly byte[][] Texts =
    [
        .. Encode(
            "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\u001b[31mred\"", "\"\\u001b]0;title\\u0007\"", "\"\\u009b31m\"",
            "\"\\b\\u007f\"", "\"a\\nb\"", "\"a\\r\\n2026-01-01 forged\"", "\"\\u2028x\\u2029\"", "\"\\u202egnp.exe\"",
            "\"\\u2066x\\u2069\"",
            "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\ud83d\ude00\"", "\"../../etc/passwd\"", "\"/dev/zero\"", "\"/\"", "\"%s%n\"",
            "\"NaN\"",
            "\"1e309\"", "\"-1\"", "\"keep\"", "\"keep:0s\"", "\"keep:-1s\"", "\"keep:99999999999999999999s\"", "\"keep:1e3s\"", "\"kill\"",
            "\"drop-oldest\"", "\"KILL\"", "\"SIGKILL\"", "\"9\"", "\"exited\"", "\"signaled\"", "\"lost\"", "\"never-started\"",
            "\"sha256\"", "\"md5\"", "\"crc32c\"", "\"crc32c:00000000\"", "\"crc32c:0000000G\"", "\"CRC32C:00000000\"", "\"sha256:\"",
            "\"utf-16\"", "\"gbk\"", "\"0123456789abcdef\"", "\"000000000000000z\"", "\"stdout\"", "\"stdin\"", "\"__proto__\"", "\"exec\"",
            "\"type\"", "\"detached\"", "\"taken-over\"", "\"goodbye\""),
        Quoted(new string('a', 64)), Quoted(new string('b', 65)), Quoted(new string('c', 128)), Quoted(new string('d', 129)),
        Quoted(new string('e', 1025)), Quoted(new string('f', 4097)),
        [(byte)'"', 0xff, 0xfe, (byte)'"'],
        [(byte)'"', 0xc0, 0x80, (byte)'"'],
        [(byte)'"', 0xed, 0xa0, 0x80, (byte)'"'],
        [(byte)'"', 0xc2, 0x9b, (byte)'1', (byte)'m', (byte)'"'],
        [(byte)'"', 0x1b, (byte)'c', (byte)'"'],
    ];

    private static readonly byte[][] Structures =
    [
        .. Encode(
            "null", "true", "false", "[]", "{}", "[null]", "[[]]", "[\"\",null,1]", "[\"a\",\"a\"]", "{\"\":0}", "{\"a\":null}",
            "{\"a\":1,\"a\":2}", "{\"stdout\":null}", "{\"stdout\":{}}", "{\"stdout\":-1}", "{\"stdout\":9223372036854775807}",
            "{\"stdout\":{\"from\":-1}}", "{\"stdout\":{\"from\":5}}", "{\"stdout\":{\"from\":9223372036854775807,\"limit\":-1}}",
            "{\"stdout\":{\"total\":-1,\"digest\":\"\"}}", "{\"from\":-9223372036854775808}", "{\"A=B\":\"c\"}", "{\"A\":\"\\u0000\"}",
            "{\"term\":\"\\u001b\",\"columns\":0,\"rows\":-1}", "{\"header\":0,\"body\":0,\"channels\":0}",
            "{\"header\":-1,\"body\":2147483648,\"channels\":-1}"),
        Nested('[', ']', 30), Nested('[', ']', 63), Nested('[', ']', 64),
    ];

    // Lists and maps that are far longer than any request needs. They are rare, because they take long to read.
    private static readonly byte[][] Large =
    [
        Nested('[', ']', 2000),
        Encoding.ASCII.GetBytes($"[{string.Join(',', Enumerable.Repeat("0", 5000))}]"),
        Encoding.ASCII.GetBytes($"[{string.Join(',', Enumerable.Repeat("\"x\"", 5000))}]"),
        Encoding.ASCII.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"k{i}\":\"v\""))}}}"),
    ];

    // As large as a header may be; it is rare, because every copy costs a quarter of a mebibyte.
    private static readonly byte[] Huge = Quoted(new string('h', 256 * 1024));

    /// <summary>Returns a hostile value, most often of the same kind as the value that it replaces.</summary>
    public static byte[] Pick(ValueKind kind, Choices choices)
    {
        int roll = choices.Next(64);
        return roll switch
        {
            63 when choices.OneIn(64) => Huge,
            62 when choices.OneIn(2) => choices.Of(Large),
            62 or 63 => choices.Of(Malformed),
            >= 56 => choices.Of(Numbers),
            >= 48 => choices.Of(Texts),
            >= 40 => choices.Of(Structures),
            _ => choices.Of(kind switch
            {
                ValueKind.Number => Numbers,
                ValueKind.Text => Texts,
                _ => Structures,
            }),
        };
    }

    private static byte[][] Encode(params string[] values) => [.. values.Select(Encoding.UTF8.GetBytes)];

    private static byte[] Quoted(string text) => Encoding.ASCII.GetBytes($"\"{text}\"");

    private static byte[] Nested(char open, char close, int levels)
        => Encoding.ASCII.GetBytes(new string(open, levels) + new string(close, levels));
}
