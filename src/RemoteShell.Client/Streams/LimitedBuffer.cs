namespace RemoteShell.Client.Streams;

/// <summary>Keeps a stream in memory, up to a limit.</summary>
/// <param name="name">The stream's name, for the message.</param>
/// <param name="limit">The most bytes.</param>
internal sealed class LimitedBuffer(string name, int limit) : WriteOnlyStream
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    /// <exception cref="OutputLimitException">The stream is longer than the limit.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_bytes.Length + buffer.Length > limit)
        {
            throw new OutputLimitException($"the command wrote more than {limit} bytes to {name}", limit)
            {
                Hint = $"raise {nameof(BufferOptions)}.{nameof(BufferOptions.MaxBytes)}, or write the output to a stream",
            };
        }

        _bytes.Write(buffer);
    }
}
