using ClassicServices.Wire;

namespace ClassicServices.Client;

/// <summary>The lines that are typed, or come from a pipe, and what is printed for them.</summary>
internal sealed class Prompt
{
    private readonly TextReader _input = new StreamReader(Console.OpenStandardInput(), Characters.Utf8);
    private readonly Stream _output = Console.OpenStandardOutput();
    private bool _isOpen;

    /// <summary>The next line; null at the end, and where one says <c>quit</c> or <c>exit</c>.</summary>
    public async Task<string?> ReadAsync()
    {
        if (!Console.IsInputRedirected)
            Console.Error.Write("> ");
        string? line = await Task.Run(_input.ReadLine);
        return line is "quit" or "exit" ? null : line;
    }

    /// <summary>Prints an answer on a line of its own.</summary>
    public void Answer(string text)
    {
        Print(Characters.Utf8.GetBytes(text));
        EndLine();
    }

    /// <summary>Prints bytes as they are.</summary>
    public void Print(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return;
        _output.Write(bytes);
        _output.Flush();
        _isOpen = bytes[^1] != '\n';
    }

    /// <summary>Ends the line, if one is open.</summary>
    public void EndLine()
    {
        if (_isOpen)
            Print("\n"u8);
    }

    /// <summary>Says something that is no answer.</summary>
    public static void Say(string text) => Console.Error.WriteLine($"classic-client: {text}");
}
