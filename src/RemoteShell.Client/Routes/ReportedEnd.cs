namespace RemoteShell.Client.Routes;

/// <summary>The end of a program that has said why on standard error: a message, and a hint in the next line.</summary>
internal sealed class ReportedEnd : ProgramEnd
{
    // Of what a program says, the beginning suffices.
    private const int MaxText = 4096;

    // As in sysexits.h. With 0 the other end has closed the connection, as a busy server does.
    private const int Closed = 0, TemporaryFailure = 75;

    private readonly string _name;
    private readonly Task<string> _text;

    /// <summary>Begins to read, so that the program never waits for a reader.</summary>
    /// <param name="program">The program.</param>
    /// <param name="error">Its standard error.</param>
    public ReportedEnd(string program, StreamReader error) => (_name, _text) = (Path.GetFileName(program), ReadAsync(error));

    public override async Task<ConnectFailedException> DescribeAsync(int status, CancellationToken cancellationToken)
    {
        string text = await _text.WaitAsync(cancellationToken).ConfigureAwait(false);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool isPassing = status is Closed or TemporaryFailure;
        if (lines.Length == 0)
            return new($"{_name} ended with status {status} before the server answered") { IsPassing = isPassing };
        string prefix = $"{_name}: ";
        string message = lines[0].StartsWith(prefix, StringComparison.Ordinal) ? lines[0][prefix.Length..] : lines[0];
        return new(message) { Hint = lines.ElementAtOrDefault(1), IsPassing = isPassing };
    }

    private static async Task<string> ReadAsync(StreamReader error)
    {
        char[] buffer = new char[1024];
        string text = "";
        try
        {
            while (await error.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
                text = text.Length >= MaxText ? text : text + new string(buffer, 0, count);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The connection was closed.
        }

        return text;
    }
}
