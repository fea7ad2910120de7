using RemoteShell.Files.Names;

namespace RemoteShell.Files.Tests;

/// <summary>Names that programs get wrong.</summary>
public static class OddNames
{
    public static IReadOnlyList<FileName> All { get; } =
    [
        FileName.Of("plain"),
        FileName.Of("with space"),
        FileName.Of(" "),
        FileName.Of("line\nfeed"),
        FileName.Of("-rf"),
        FileName.Of("--"),
        FileName.Of(".hidden"),
        FileName.Of("..."),
        FileName.Of("~"),
        FileName.Of("a:b"),
        FileName.Of(@"back\slash"),
        FileName.Of("*?[a]{b,c}"),
        FileName.Of("\u001b[31m"),
        FileName.Of("äöü😀"),
        FileName.Of("a\u0308"),
        FileName.Of([0xff, 0xfe]),
        FileName.Of([0xc3]),
        FileName.Of([(byte)'x', 0x80, (byte)'\\', (byte)'x', (byte)'4', (byte)'1']),
        FileName.Of(new string('n', 255)),
        FileName.Of([.. Enumerable.Repeat((byte)0xe4, 255)]),
    ];
}
