using RemoteShell.Files.Names;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>Reads the escaped texts of records.</summary>
internal static class RecordText
{
    /// <summary>The bytes of an escaped text.</summary>
    /// <exception cref="RecordException">It is not escaped as it must be.</exception>
    public static byte[] ToBytes(string escaped)
    {
        try
        {
            return EscapedBytes.ToBytes(escaped);
        }
        catch (FormatException e)
        {
            throw new RecordException(e.Message);
        }
    }

    /// <summary>The path of an escaped text.</summary>
    /// <exception cref="RecordException">It is not a relative path, or the record has none.</exception>
    public static RelativePath ToPath(string? escaped)
    {
        try
        {
            return RelativePath.Unescape(escaped ?? throw new RecordException("a record without a path"));
        }
        catch (FormatException e)
        {
            throw new RecordException(e.Message);
        }
    }
}
