using System.Text;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Audit;

/// <summary>A line of an audit journal, and where it is.</summary>
/// <param name="File">The file.</param>
/// <param name="Place">The line in the file, from 1 on.</param>
/// <param name="Json">The bytes, without the line end.</param>
/// <param name="HasEnd">Whether a line end follows.</param>
/// <param name="Line">What they say; null: they are not a line of a journal.</param>
public sealed record AuditEntry(string File, long Place, ReadOnlyMemory<byte> Json, bool HasEnd, AuditLine? Line)
{
    /// <summary>The JSON, with what is not text escaped: a terminal can show it.</summary>
    public string SafeText => LogSanitizer.Escape(Encoding.UTF8.GetString(Json.Span));
}
