using System.Globalization;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>What a transfer could not set, in words.</summary>
internal static class UnsetText
{
    /// <summary>A line for each kind that occurred.</summary>
    public static IEnumerable<string> LinesOf(TransferResult result)
    {
        if (result.OtherOwner > 0)
            yield return Line("the owner or group", result.OtherOwner, "not known at the target, or not allowed there");
        const string attributeReason = "not allowed at the target, or not known to its file system";
        if (result.OtherAttributes > 0)
            yield return Line("some extended attributes", result.OtherAttributes, attributeReason);
    }

    private static string Line(string what, long count, string reason)
        => string.Create(CultureInfo.InvariantCulture, $"{what} of {count:N0} could not be set: {reason}");
}
