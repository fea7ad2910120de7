using System.Text;
using RemoteShell.Server.Chat;

namespace RemoteShell.Server.Tests.Chat;

public class LineAssemblerTests
{
    private readonly LineAssembler _assembler = new();
    private readonly List<string> _lines = [];

    [Fact]
    public void Lines_are_the_same_wherever_a_cut_divides_the_bytes()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("one\r\n\nzwei 好 😀\nthree");
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            _lines.Clear();
            var assembler = new LineAssembler();
            object first = new(), second = new();
            Assert.Equal(0, assembler.Begin(first, 0));
            TakeAll(assembler, first, bytes.AsSpan(0, cut));
            // A second connection resumes in the middle.
            Assert.Equal(cut, assembler.Begin(second, 0));
            Assert.Equal(-1, assembler.Take(first, bytes, Add));
            TakeAll(assembler, second, bytes.AsSpan(cut));
            assembler.End(first, Add);
            assembler.End(second, Add);
            Assert.Equal(["one", "zwei 好 😀", "three"], _lines);
        }
    }

    [Fact]
    public void Long_line_is_said_in_parts_that_do_not_cut_a_character()
    {
        string text = string.Concat(Enumerable.Repeat("好😀x", 5000));
        var speaker = new object();
        _assembler.Begin(speaker, 0);
        TakeAll(_assembler, speaker, Encoding.UTF8.GetBytes($"{text}\n"));
        Assert.Equal(text, string.Concat(_lines));
        Assert.All(_lines, line => Assert.True(Encoding.UTF8.GetByteCount(line) <= LineAssembler.MaxLineLength + 3));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_said_in_parts_too()
    {
        var speaker = new object();
        _assembler.Begin(speaker, 0);
        TakeAll(_assembler, speaker, Enumerable.Repeat((byte)0x80, 1_000_000).ToArray());
        _assembler.End(speaker, Add);
        Assert.Equal(1_000_000, _lines.Sum(line => line.Length));
        Assert.All(_lines, line => Assert.True(line.Length <= LineAssembler.MaxLineLength + 4));
    }

    private void Add(string line, long offset) => _lines.Add(line);

    private void TakeAll(LineAssembler assembler, object speaker, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[assembler.Take(speaker, bytes, Add)..];
    }
}
