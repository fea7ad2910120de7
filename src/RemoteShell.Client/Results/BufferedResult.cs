using System.Text;

namespace RemoteShell.Client;

/// <summary>A command's result with all its output.</summary>
/// <param name="Result">How the command ended.</param>
/// <param name="Output">Standard output as text.</param>
/// <param name="Error">Standard error as text.</param>
public sealed record BufferedResult(CommandResult Result, string Output, string Error)
{
    internal BufferedResult(CommandResult result, byte[] output, byte[] error, Encoding encoding)
        : this(result, encoding.GetString(output), encoding.GetString(error))
    {
        OutputBytes = output;
        ErrorBytes = error;
    }

    /// <summary>Standard output as the command wrote it.</summary>
    public ReadOnlyMemory<byte> OutputBytes { get; }

    /// <summary>Standard error as the command wrote it.</summary>
    public ReadOnlyMemory<byte> ErrorBytes { get; }

    /// <summary>The exit status, as in <see cref="CommandResult.ExitCode"/>.</summary>
    public int ExitCode => Result.ExitCode;

    /// <summary>How the command ended.</summary>
    public CommandOutcome Outcome => Result.Outcome;
}
