using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication.Vouching;

/// <summary>The file of the accepted proofs. Without it, clients prove again after a restart.</summary>
/// <param name="path">The file, in a folder that only the server's user may write.</param>
/// <param name="log">Receives why it cannot be read or written.</param>
internal sealed class VoucherFile(string path, ILogger log)
{
    /// <summary>Reads the file; empty if it does not exist or cannot be read.</summary>
    public IReadOnlyList<(PublicKey Client, VouchedKey Key)> Read()
    {
        if (!File.Exists(path))
            return [];
        try
        {
            VoucherLine[] lines = JsonSerializer.Deserialize(PrivateFile.ReadSecret(path), VoucherJson.Default.VoucherLineArray) ?? [];
            return [.. lines.Select(line => line.Read())];
        }
        // Also for fields that are missing: the file may have been damaged.
        catch (Exception e) when (e is JsonException or FormatException or PrivateFileException
            or ArgumentException or NullReferenceException)
        {
            log.LogWarning("{File} cannot be read, so clients with keys of ssh prove them again: {Reason}", path, e.Message);
            return [];
        }
    }

    /// <summary>Replaces the content of the file.</summary>
    public void Write(IEnumerable<(PublicKey Client, VouchedKey Key)> vouchers)
    {
        VoucherLine[] lines = [.. vouchers.Select(voucher => VoucherLine.From(voucher.Client, voucher.Key))];
        string aside = $"{path}.new";
        try
        {
            File.Delete(aside);
            PrivateFile.TryCreate(aside, JsonSerializer.SerializeToUtf8Bytes(lines, VoucherJson.Default.VoucherLineArray));
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("{File} cannot be written, so clients prove their keys of ssh again after a restart: {Reason}", path, e.Message);
        }
    }
}
