using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using RemoteShell.Server.Audit;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server audit verify</c>: finds lines that were changed, removed, inserted or moved.</summary>
internal static class AuditVerifyCommand
{
    private const string Help = "see: rsh-server audit verify --help";

    private static readonly Argument<string[]> Files = AuditFilesArgument.Create();

    private static readonly Option<string> Head = new Option<string>("--head")
    {
        Description = "What 'audit head' has printed earlier: the journal must hold that line. Without it, nothing shows that the end was "
            + "cut off, or that all of the journal was written again by the host key.",
        HelpName = "NUMBER:DIGEST",
    }.NotEmpty();

    private static readonly Option<string[]> HostKey = new("--host-key")
    {
        Description = "A host key that may have signed last, by its fingerprint; repeatable "
            + "[the host key of this server, and its former one].",
        HelpName = "SHA256:…",
    };

    public static Command Create()
    {
        var command = new Command("verify", "Say whether a line of the audit journal was changed, removed, inserted or moved.")
        {
            Head, HostKey, Files,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        IEnumerable<AuditEntry> lines = AuditFilesArgument.Read(parsed.GetValue(Files));
        IReadOnlyList<string> trusted = FingerprintsOf(parsed.GetValue(HostKey) ?? []);
        AuditReport report = AuditVerifier.Verify(lines, trusted, HeadOf(parsed.GetValue(Head)));
        foreach (AuditFault fault in report.Faults)
            Console.Error.WriteLine(fault.Line > 0 ? $"{fault.File}:{fault.Line}: {fault.Text}" : $"{fault.File}: {fault.Text}");
        if (report.Head is not { } head)
            throw new RemoteShellException("the audit journal has no line");
        Say(report, head);
        return report.Faults.Count == 0 ? 0 : 1;
    }

    private static void Say(AuditReport report, AuditHead head)
    {
        string state = report.Faults.Count == 0 ? "in order" : "changed";
        Console.Out.WriteLine($"lines {report.First} to {head.Number}: {state}");
        if (report.Signed == 0)
            Console.Out.WriteLine("no line is signed by the host key");
        else if (report.SignedAt is { } time)
            Console.Out.WriteLine($"lines up to {report.Signed} are signed by the host key {report.SignedBy}, at {Local(time)}");
        if (report.Signed > 0 && report.Signed < head.Number)
            Console.Out.WriteLine($"lines {report.Signed + 1} to {head.Number} are not signed yet");
        if (report.Torn > 0)
            Console.Out.WriteLine($"lines that a crash has cut short: {report.Torn}");
        if (report.Lost > 0)
            Console.Out.WriteLine($"lines that could not be written: {report.Lost}");
    }

    private static AuditHead? HeadOf(string? text)
    {
        try
        {
            return text is null ? null : AuditHead.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--head: {e.Message}", Help);
        }
    }

    private static IReadOnlyList<string> FingerprintsOf(string[] named)
    {
        if (named.FirstOrDefault(text => !KeyFingerprint.Is(text)) is { } wrong)
            throw new UsageException($"--host-key: '{wrong}' is not a fingerprint", Help);
        if (named.Length > 0)
            return named;
        string file = new ServerOptions().HostKeyFile;
        if (!File.Exists(file))
            throw new RemoteShellException($"there is no host key {file}") { Hint = "name the host key of the server with --host-key" };
        string former = $"{file}-old";
        return File.Exists(former) ? [FingerprintOf(file), FingerprintOf(former)] : [FingerprintOf(file)];
    }

    private static string FingerprintOf(string file)
    {
        using Identity identity = Identity.Load(file);
        return identity.PublicKey.Fingerprint;
    }

    private static string Local(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
