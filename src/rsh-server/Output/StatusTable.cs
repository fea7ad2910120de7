using System.Globalization;
using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Output;

/// <summary>Lays the state of a server out as lines for a terminal.</summary>
/// <param name="columns">The width of the terminal.</param>
/// <param name="rows">The height of the terminal.</param>
internal sealed class StatusTable(int columns, int rows)
{
    private const int LeastRows = 8, WideColumns = 110;
    private const int JobWidth = 16, AddressWidth = 22;

    private static readonly string[] Prefixes = ["", "K", "M", "G", "T", "P"];

    private readonly int _nameWidth = columns < WideColumns ? 12 : 20;
    private readonly int _fromWidth = columns < WideColumns ? 15 : 22;

    /// <summary>The lines; none is longer than the terminal is wide, and there are no more than it has rows.</summary>
    /// <param name="now">The state.</param>
    /// <param name="before">The state at the time before, from which rates are computed; null: there is none.</param>
    public IReadOnlyList<StatusLine> Lines(WatchedStatus now, WatchedStatus? before)
    {
        ServerStatus status = now.Status;
        var lines = new List<StatusLine>(Head(now, before));
        int left = Math.Max(LeastRows, rows) - lines.Count;
        int penalties = status.Penalties.Count == 0 ? 0 : 2 + Math.Min(status.Penalties.Count, 3);
        left -= penalties;
        // Two lines of each table are its headings and the line before.
        int connections = Math.Min(status.Connections.Count, Math.Max((left / 2) - 2, left - 4 - status.Jobs.Count));
        int jobs = left - connections - 4;
        lines.AddRange(Table(ConnectionHeadings, status.Connections.Select(one => RowOf(one, now, before)), connections));
        lines.AddRange(Table(JobHeadings, status.Jobs.Select(job => RowOf(job, now)), jobs));
        if (penalties > 0)
            lines.AddRange(Table("REFUSED ADDRESS          FOR     REFUSED  SINCE", status.Penalties.Select(RowOf), penalties - 2));
        return [.. lines.Take(rows).Select(line => line with { Text = Cut(line.Text) })];
    }

    private string ConnectionHeadings
        => Invariant($"{"ID",5}  {Fit("NAME", _nameWidth)}  {Fit("FROM", _fromWidth)} {"TIME",7} {"IDLE",6} {"IN/s",7} {"OUT/s",7}  DOING");

    private string JobHeadings => Invariant($"{"JOB",-JobWidth}  {"TIME",7}  {"CLIENTS",8}  {Fit("OWNER", _nameWidth)}  COMMAND");

    private static IEnumerable<StatusLine> Head(WatchedStatus now, WatchedStatus? before)
    {
        ServerStatus status = now.Status;
        string stopping = status.Stopping ? " · STOPPING" : "";
        string up = Time(now.At - status.Since), place = string.Join(", ", status.Addresses);
        yield return new(
            Invariant($"rsh-server {status.Version} · process {status.Process} · {status.User} · up {up}{stopping} · {place}"),
            StatusLineKind.Title);
        double? received = before is null ? null : now.PerSecond(before, status.ReceivedBytes - before.Status.ReceivedBytes);
        double? sent = before is null ? null : now.PerSecond(before, status.SentBytes - before.Status.SentBytes);
        string traffic = $"in {Size(received)}B/s · out {Size(sent)}B/s";
        string counts = Invariant($"{status.Connections.Count} connections · {status.Jobs.Count} jobs");
        yield return new($"{counts} · {Size(status.ResidentBytes)}B memory · {traffic}", StatusLineKind.Text);
    }

    private static IEnumerable<StatusLine> Table(string headings, IEnumerable<string> all, int room)
    {
        string[] rows = [.. all];
        room = Math.Max(1, room);
        yield return new("", StatusLineKind.Text);
        yield return new(headings, StatusLineKind.Headings);
        if (rows.Length == 0)
            yield return new("    none", StatusLineKind.Faint);
        int shown = rows.Length <= room ? rows.Length : room - 1;
        foreach (string row in rows.Take(shown))
            yield return new(row, StatusLineKind.Text);
        if (shown < rows.Length)
            yield return new(Invariant($"    and {rows.Length - shown} more: rsh-server status"), StatusLineKind.Faint);
    }

    private string RowOf(ConnectionStatus one, WatchedStatus now, WatchedStatus? before)
    {
        ConnectionStatus? earlier = before?.Status.Connections.FirstOrDefault(other => other.Id == one.Id);
        string received = Size(earlier is null ? null : now.PerSecond(before!, one.ReceivedBytes - earlier.ReceivedBytes));
        string sent = Size(earlier is null ? null : now.PerSecond(before!, one.SentBytes - earlier.SentBytes));
        string name = Fit(one.Name.Length > 0 ? one.Name : one.Key, _nameWidth);
        string idle = Time(TimeSpan.FromMilliseconds(one.IdleMs));
        string from = Fit(one.From, _fromWidth);
        string doing = string.Join("; ", one.Doing);
        return Invariant(
            $"{one.Id,5}  {name}  {from} {Time(now.At - one.Since),7} {idle,6} {received,7} {sent,7}  {doing}");
    }

    private string RowOf(JobStatus job, WatchedStatus now)
    {
        string clients = job.Detached ? "detached" : Invariant($"{job.Attached}");
        ConnectionStatus? known = now.Status.Connections.FirstOrDefault(one => one.Key == job.Key);
        string owner = known is { Name.Length: > 0 } ? known.Name : job.Key;
        return Invariant($"{job.Job,-JobWidth}  {Time(now.At - job.Since),7}  {clients,8}  {Fit(owner, _nameWidth)}  {job.Command}");
    }

    private string RowOf(PenaltyStatus one)
        => Invariant($"{Fit(one.From, AddressWidth)}  {Time(TimeSpan.FromMilliseconds(one.LeftMs)),4}  {one.Refused,8}  {one.Cause}");

    private static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => Invariant($"{(int)time.TotalDays}d{time.Hours:00}h"),
        { TotalHours: >= 1 } => Invariant($"{(int)time.TotalHours}h{time.Minutes:00}m"),
        { TotalMinutes: >= 1 } => Invariant($"{time.Minutes}m{time.Seconds:00}s"),
        _ => Invariant($"{Math.Max(0, (int)time.TotalSeconds)}s"),
    };

    private static string Size(double? bytes)
    {
        if (bytes is not { } size)
            return "-";
        int prefix = 0;
        while (size >= 1000 && prefix < Prefixes.Length - 1)
        {
            size /= 1024;
            prefix++;
        }

        return prefix == 0 || size >= 10 ? Invariant($"{size:0}{Prefixes[prefix]}") : Invariant($"{size:0.0}{Prefixes[prefix]}");
    }

    private static string Fit(string text, int width) => Cut(text, width).PadRight(width);

    private string Cut(string text) => Cut(text, columns);

    private static string Cut(string text, int length) => text.Length <= length ? text : $"{text.AsSpan(0, length - 1)}…";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
