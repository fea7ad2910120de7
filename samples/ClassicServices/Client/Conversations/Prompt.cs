using ClassicServices.Wire;

namespace ClassicServices.Client.Conversations;

/// <summary>Reads lines from the terminal or a pipe, and prints answers.</summary>
internal sealed class Prompt
{
    private readonly TextReader _input = new StreamReader(Console.OpenStandardInput(), Characters.Utf8);
    private readonly Stream _output = Console.OpenStandardOutput();
    private bool _isInLine;

    /// <summary>Prints a message that is not an answer, to standard error.</summary>
    public static void PrintMessage(string text) => Console.Error.WriteLine($"classic-client: {text}");

    /// <summary>Returns the next line; null at the end of the input, and for <c>quit</c> or <c>exit</c>.</summary>
    public async Task<string?> ReadAsync()
    {
        if (!Console.IsInputRedirected)
            Console.Error.Write("> ");
        string? line = await Task.Run(_input.ReadLine);
        return line is "quit" or "exit" ? null : line;
    }

    /// <summary>Prints an answer, and ends the line.</summary>
    public void PrintLine(string text)
    {
        Print(Characters.Utf8.GetBytes(text));
        EndLine();
    }

    /// <summary>Prints bytes unchanged.</summary>
    public void Print(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return;
        _output.Write(bytes);
        _output.Flush();
        _isInLine = bytes[^1] != '\n';
    }

    /// <summary>Prints a newline, unless the output is at the beginning of a line.</summary>
    public void EndLine()
    {
        if (_isInLine)
            Print("\n"u8);
    }
}
