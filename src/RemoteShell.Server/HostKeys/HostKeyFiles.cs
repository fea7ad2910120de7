using System.Globalization;
using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.HostKeys;

/// <summary>The file of the host key, and beside it those of the next one and of the former one.</summary>
/// <remarks>The first line in the file of the next key says from when on it is used: <c>used from 2026-12-11T08:00:00Z</c>.</remarks>
/// <param name="path">The file of the host key.</param>
internal sealed class HostKeyFiles(string path)
{
    private const string Remark = "used from ", TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The file of the next key.</summary>
    public string Next => $"{path}-next";

    /// <summary>The file of the key that the present one has replaced.</summary>
    public string Former => $"{path}-old";

    /// <summary>Reads the next key; null if there is none.</summary>
    /// <exception cref="PrivateFileException">Others can read or change the file, or it is damaged.</exception>
    public NextHostKey? ReadNext()
    {
        if (!File.Exists(Next))
            return null;
        string text = PrivateFile.ReadSecret(Next);
        string first = text.Split('\n')[0];
        bool hasTime = DateTimeOffset.TryParseExact(
            first.StartsWith(Remark, StringComparison.Ordinal) ? first[Remark.Length..].TrimEnd() : "",
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset from);
        if (!hasTime)
        {
            throw new PrivateFileException($"the first line of {Next} does not say from when on the key is used")
            {
                Hint = "remove the file, and plan another key with: rsh-server rotate-key",
            };
        }

        return new(Identity.Load(Next), from);
    }

    /// <summary>The former key; null if there is none that can be read.</summary>
    public PublicKey? ReadFormer()
    {
        try
        {
            if (!File.Exists(Former))
                return null;
            using var identity = Identity.Load(Former);
            return identity.PublicKey;
        }
        catch (PrivateFileException)
        {
            return null;
        }
    }

    /// <summary>Makes the next key. If there is one, changes only its time.</summary>
    /// <exception cref="PrivateFileException">Others can read or change the file, or it is damaged.</exception>
    public NextHostKey PlanNext(DateTimeOffset from)
    {
        if (ReadNext() is not { } present)
        {
            Identity.Create(Next, RemarkOf(from)).Dispose();
            return ReadNext()!;
        }

        string text = PrivateFile.ReadSecret(Next);
        string aside = $"{Next}.{Guid.NewGuid():N}";
        try
        {
            string keys = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
            PrivateFile.TryCreate(aside, Encoding.ASCII.GetBytes(RemarkOf(from) + keys));
            File.Move(aside, Next, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }

        return present with { From = from };
    }

    /// <summary>Puts the next key into the place of the present one, which is kept as the former one.</summary>
    /// <remarks>The file of the host key exists at each moment: after a crash in the middle, this can be repeated.</remarks>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for lack of permission.</exception>
    public void UseNext()
    {
        string aside = $"{Former}.{Guid.NewGuid():N}";
        try
        {
            File.Copy(path, aside);
            File.Move(aside, Former, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }

        File.Move(Next, path, overwrite: true);
    }

    private static string RemarkOf(DateTimeOffset from)
        => $"{Remark}{from.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture)}\n";
}
