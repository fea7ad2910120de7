using System.ComponentModel;
using System.Diagnostics;
using RemoteShell.Keys.Native;

namespace RemoteShell.Keys;

/// <summary>Signs with the key in a file, by <c>ssh-keygen -Y sign</c>, which asks the user for a passphrase or a touch.</summary>
/// <param name="path">The private key; or the public key or the certificate, if the agent holds the private one.</param>
public sealed class KeygenSigner(string path) : KeySigner
{
    // The beginning of the line with which it asks for a touch, on standard error.
    private const string AskedForTouch = "Confirm user presence";

    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Receives what ssh-keygen asks the user to do, such as a touch, while it waits for that. Default: null.</summary>
    public Action<string>? Asked { get; init; }

    /// <inheritdoc/>
    public override string Name => path;

    /// <inheritdoc/>
    public override string? Fingerprint => null;

    /// <inheritdoc/>
    public override async Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("ssh-keygen", ["-q", "-Y", "sign", "-n", purpose, "-f", path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Two questions at once on one terminal cannot be answered.
        await OneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using Process process = Process.Start(start)!;
            return await SignAsync(process, message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Win32Exception or FormatException)
        {
            throw Failed(e.Message, e);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private async Task<SshSignature> SignAsync(Process process, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = ReadErrorAsync(process.StandardError, cancellationToken);
            await WriteAsync(process, message, cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0
                ? SshSignature.ParseArmored(await output.ConfigureAwait(false))
                : throw Failed(await error.ConfigureAwait(false), null);
        }
        catch (OperationCanceledException)
        {
            // It may wait for a passphrase, and has turned off the echo of the terminal: TERM lets it turn it on again.
            if (!process.HasExited && !OperatingSystem.IsWindows())
                LibC.Kill(process.Id, LibC.Terminate);
            throw;
        }
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended, and says why.
        }
    }

    // Returns the first line that says why it has failed.
    private async Task<string> ReadErrorAsync(StreamReader error, CancellationToken cancellationToken)
    {
        string reason = "";
        while (await error.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith(AskedForTouch, StringComparison.Ordinal))
                Asked?.Invoke(line);
            else if (reason.Length == 0)
                reason = line.Trim();
        }

        return reason.Length > 0 ? reason : "ssh-keygen failed";
    }

    private KeySignerException Failed(string reason, Exception? cause) => new($"{path} cannot sign: {reason}", cause)
    {
        Hint = "check the file and its passphrase, or give the key to the agent: ssh-add",
    };
}
