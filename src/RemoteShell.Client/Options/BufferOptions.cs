using System.Text;

namespace RemoteShell.Client;

/// <summary>How a command's output is kept in memory.</summary>
public sealed record BufferOptions
{
    /// <summary>The encoding of the output. Default: UTF-8; bytes that are not UTF-8 become U+FFFD.</summary>
    public Encoding Encoding { get; init; } = Encoding.UTF8;

    /// <summary>The most bytes that are kept of each stream; more is an <see cref="OutputLimitException"/>. Default: 64 MiB.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most characters of a line when lines are read; more is an <see cref="OutputLimitException"/>. Default: 1 Mi.</summary>
    public int MaxLineLength { get; init; } = 1024 * 1024;
}
