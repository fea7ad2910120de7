using System.Text;

namespace RemoteShell.Cli.Client.Streams;

/// <summary>Standard input, output and error as text in UTF-8.</summary>
/// <remarks>
/// In place of the framework's <c>Console.In</c>, <c>Out</c> and <c>Error</c>: these switch the terminal to application keys when they
/// are first used, also for a command that asked for no terminal, and never switch back.
/// </remarks>
internal static class StandardText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>What the user asked for. Throws if it cannot be written.</summary>
    public static TextWriter Output { get; } = WriterOf(StandardStreams.Output);

    /// <summary>Messages. What cannot be written is dropped.</summary>
    public static TextWriter Error { get; } = WriterOf(new LossyStream(StandardStreams.Error));

    /// <summary>Reads a line, and nothing behind it; null at the end of the input.</summary>
    public static async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using Stream input = StandardStreams.Input;
        List<byte> line = [];
        var next = new byte[1];
        while (await input.ReadAsync(next, cancellationToken) > 0)
        {
            if (next[0] == '\n')
                return Utf8.GetString([.. line]).TrimEnd('\r');
            line.Add(next[0]);
        }

        return line.Count == 0 ? null : Utf8.GetString([.. line]);
    }

    /// <summary>Reads all of standard input.</summary>
    public static async Task<string> ReadToEndAsync()
    {
        using var reader = new StreamReader(StandardStreams.Input, Utf8);
        return await reader.ReadToEndAsync();
    }

    private static TextWriter WriterOf(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, Utf8) { AutoFlush = true });
}
