using System.CommandLine;
using System.Net.Sockets;
using RemoteShell.Cli.Arguments;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options of the audit journal.</summary>
internal static class AuditOptions
{
    private static readonly ServerOptions Defaults = new();

    private static readonly Option<string> Audit = new Option<string>("--audit")
    {
        Description = "Keep a journal of who did what; 'required': what cannot be recorded is not done [on].",
        HelpName = "on|required|off",
    }.OneOf("on", "required", "off");

    private static readonly Option<long?> FileSize = SizeOption.Create(
        "--audit-file-size", "Begin a new file of the audit journal after this size", Defaults.AuditFileSize, SizeOption.MinQuota);

    private static readonly Option<int?> Files = CountOption.Create(
        "--audit-files", "Keep at most this many full files of the audit journal, and delete the oldest", Defaults.AuditFiles);

    private static readonly Option<string> Syslog = new Option<string>("--audit-syslog")
    {
        Description = "Send each line of the audit journal to this datagram socket too, such as /dev/log of syslog and journald [none].",
        HelpName = "SOCKET",
    }.NotEmpty();

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Audit, FileSize, Files, Syslog])
            command.Add(option);
    }

    private static string SocketOf(string text)
    {
        string path = Path.GetFullPath(text);
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
            return path;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException($"--audit-syslog: the path is too long for a socket: {path}", e);
        }
    }

    public static ServerOptions Apply(RunValues values, ServerOptions options) => options with
    {
        Audit = values.Of(Audit) switch
        {
            "required" => AuditMode.Required,
            "off" => AuditMode.Off,
            _ => AuditMode.On,
        },
        AuditFileSize = values.Of(FileSize) ?? options.AuditFileSize,
        AuditFiles = values.Of(Files) ?? options.AuditFiles,
        AuditSyslog = values.Convert(Syslog, SocketOf),
    };
}
