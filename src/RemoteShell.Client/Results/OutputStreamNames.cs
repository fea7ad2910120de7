namespace RemoteShell.Client.Results;

/// <summary>The names of the output streams on the wire.</summary>
internal static class OutputStreamNames
{
    public const string StandardOutput = "stdout";
    public const string StandardError = "stderr";

    public static string Of(OutputStream stream) => stream == OutputStream.StandardError ? StandardError : StandardOutput;

    // Null for a stream that is not a command's output, such as the state of a prompt's line.
    public static OutputStream? Parse(string name) => name switch
    {
        StandardOutput => OutputStream.StandardOutput,
        StandardError => OutputStream.StandardError,
        _ => null,
    };

    /// <summary>The entries of the output streams, in the order in which they are given.</summary>
    public static IReadOnlyDictionary<OutputStream, TTo> Convert<TFrom, TTo>(
        IReadOnlyDictionary<string, TFrom> named, Func<TFrom, TTo> convert)
    {
        var streams = new Dictionary<OutputStream, TTo>();
        foreach ((string name, TFrom value) in named)
        {
            if (Parse(name) is { } stream)
                streams[stream] = convert(value);
        }

        return streams;
    }
}
