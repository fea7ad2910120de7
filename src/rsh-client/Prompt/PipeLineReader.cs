using System.Text;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Reads commands from a pipe or a file, without a prompt. A command may have several lines.</summary>
/// <remarks>
/// A line ends with LF or CR LF. A text that is incomplete at the end of the input is returned as it is: the shell reports what is missing.
/// </remarks>
/// <param name="input">The bytes.</param>
/// <param name="ask">Asks the shell where the lexer does not know; null: such a text counts as whole.</param>
internal sealed class PipeLineReader(Stream input, Func<string, CancellationToken, Task<SyntaxVerdict>>? ask = null) : ILineReader
{
    private const int BufferSize = 16 * 1024;

    // The shell is asked after each of so many lines of a command; later only when the text has grown by an eighth.
    private const int MaxEagerQuestions = 32;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _from, _to;
    private long _lines;

    public Action? Interrupt => null;

    /// <summary>Whether the shell refuses the syntax of the last command: a script ends with it.</summary>
    public bool IsWrong { get; private set; }

    /// <exception cref="FormatException">A line is not UTF-8: it cannot be sent as it is.</exception>
    public async ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var lexer = new ShellLexer();
        int questions = 0, asked = 0;
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (text.Length == 0 && ServerBuiltins.Take(line))
                return line;
            lexer.Append($"{line}\n");
            text.Append(text.Length == 0 ? "" : "\n").Append(line);
            SyntaxVerdict verdict = lexer.Verdict();
            if (verdict == SyntaxVerdict.Unknown && questions >= MaxEagerQuestions && text.Length < asked + (asked / 8))
                continue;
            if (verdict == SyntaxVerdict.Unknown && ask is not null)
            {
                (questions, asked) = (questions + 1, text.Length);
                verdict = await ask(text.ToString(), cancellationToken);
            }

            IsWrong = verdict == SyntaxVerdict.Wrong;
            if (verdict != SyntaxVerdict.Incomplete)
                return text.ToString();
        }

        return text.Length == 0 ? null : text.ToString();
    }

    // Null at the end of the input.
    private async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        bool isAny = false;
        while (_from < _to || await FillAsync(cancellationToken))
        {
            isAny = true;
            int end = Array.IndexOf(_buffer, (byte)'\n', _from, _to - _from);
            line.Write(_buffer, _from, (end < 0 ? _to : end) - _from);
            _from = end < 0 ? _to : end + 1;
            if (end >= 0)
                break;
        }

        return isAny ? Decode(line.GetBuffer().AsSpan(0, (int)line.Length)) : null;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        // Reading a console of Windows cannot be cancelled, but waiting for it can.
        Task<int> reading = Task.Run(() => input.ReadAsync(_buffer, cancellationToken).AsTask(), cancellationToken);
        (_from, _to) = (0, await reading.WaitAsync(cancellationToken));
        return _to > 0;
    }

    private string Decode(ReadOnlySpan<byte> line)
    {
        _lines++;
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        if (_lines == 1 && line.StartsWith(Encoding.UTF8.Preamble))
            line = line[Encoding.UTF8.Preamble.Length..];
        try
        {
            return Utf8.GetString(line);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"line {_lines} of the standard input has bytes that are not UTF-8, and cannot be passed on", e);
        }
    }
}
