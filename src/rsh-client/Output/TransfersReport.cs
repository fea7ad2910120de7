using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Output;

/// <summary>The outcomes of a transfer as JSON, one object per line; docs/json.md describes the fields.</summary>
internal static class TransfersReport
{
    public static void Write(TransferItem item, Stream target) => JsonLines.Write([item], Fields, target);

    public static void Write(TransferResult result, Stream target) => JsonLines.Write([result], Totals, target);

    /// <summary>The word of an outcome.</summary>
    public static string WordOf(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Transferred => "transferred",
        TransferOutcome.Unchanged => "unchanged",
        TransferOutcome.Skipped => "skipped",
        TransferOutcome.Deleted => "deleted",
        TransferOutcome.WouldTransfer => "would-transfer",
        TransferOutcome.WouldSet => "would-set",
        TransferOutcome.WouldDelete => "would-delete",
        _ => "failed",
    };

    private static void Fields(Utf8JsonWriter json, TransferItem item)
    {
        json.WriteString("path", item.Path);
        json.WriteString("outcome", WordOf(item.Outcome));
        json.WriteNumber("size", item.Size);
        if (item.Kept > 0)
            json.WriteNumber("kept", item.Kept);
        if (item.Digest is { } digest)
            json.WriteString("digest", digest);
        if (item.Unset.HasFlag(UnsetMetadata.Owner))
            json.WriteBoolean("other_owner", true);
        if (item.Unset.HasFlag(UnsetMetadata.Attributes))
            json.WriteBoolean("other_xattrs", true);
        if (item.Reason is { } reason)
            json.WriteString("reason", reason);
    }

    private static void Totals(Utf8JsonWriter json, TransferResult result)
    {
        json.WriteStartObject("totals");
        json.WriteNumber("transferred", result.Transferred);
        json.WriteNumber("unchanged", result.Unchanged);
        json.WriteNumber("skipped", result.Skipped);
        json.WriteNumber("deleted", result.Deleted);
        json.WriteNumber("failed", result.Failed);
        json.WriteNumber("other_owner", result.OtherOwner);
        json.WriteNumber("other_xattrs", result.OtherAttributes);
        json.WriteNumber("bytes", result.Bytes);
        json.WriteNumber("duration_ms", result.Duration.TotalMilliseconds);
        json.WriteEndObject();
    }
}
