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
    /// <exception cref="RecordException">It is no relative path.</exception>
    public static RelativePath ToPath(string escaped)
    {
        try
        {
            return RelativePath.Unescape(escaped);
        }
        catch (FormatException e)
        {
            throw new RecordException(e.Message);
        }
    }
}
