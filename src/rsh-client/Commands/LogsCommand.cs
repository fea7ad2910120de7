using System.CommandLine;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client logs</c>: what a job has written.</summary>
internal static class LogsCommand
{
    private static readonly Option<string> Stream = new Option<string>("--stream") { Description = "One stream only, to standard output. Default: both, each to its own." }.AcceptOnlyFromAmong("stdout", "stderr");
    private static readonly Option<long?> From = JobOptions.CountFlag("--from", "The first byte's offset. Default: the first that is still there.", "OFFSET");
    private static readonly Option<long?> Length = JobOptions.CountFlag("--length", "How many bytes. Default: all there are.", "N");
    private static readonly Option<long?> Tail = JobOptions.CountFlag("--tail", "The last lines of what is there.", "N");
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on with what comes, until the job ends." };

    public static Command Create()
    {
        var command = new Command("logs", "Print what a job has written so far.") { HostOptions.Host, JobOptions.Job, Stream, From, Length, Tail, Follow, RemoteText.Flag, JobOptions.Json };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        var selection = new LogSelection
        {
            Stream = parsed.GetValue(Stream) is { } stream ? JsonWords.Stream(stream) : null,
            From = parsed.GetValue(From),
            Length = parsed.GetValue(Length),
            Tail = parsed.GetValue(Tail),
            Follow = parsed.GetValue(Follow),
        };
        if (Fault(selection) is { } fault)
            throw new FormatException(fault);
        RemoteText? text = RemoteText.Of(parsed, options);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        string job = parsed.GetValue(JobOptions.Job)!;
        try
        {
            if (!parsed.GetValue(JobOptions.Json))
            {
                Stream error = selection.Stream is null ? StandardStreams.Error : StandardStreams.Output;
                var shown = new EncodedStreams(new() { Output = StandardStreams.Output, Error = error }, text);
                var written = await client.ReadLogsAsync(job, selection, shown.Streams, interrupts.GivenUp);
                shown.Finish();
                bool isGone = false;
                foreach ((OutputStream name, LogRange stretch) in written)
                    isGone |= selection.Tail is null && SayGone(JsonWords.Of(name), selection.From ?? 0, stretch.From);
                // Who names an offset wants those bytes and no others.
                return isGone && selection.From is not null ? ExitStatus.Failed : 0;
            }

            await using var report = new JsonReport();
            var kept = new EncodedStreams(new() { Output = report.Output, Error = report.Error }, text);
            IReadOnlyDictionary<OutputStream, LogRange> read = await client.ReadLogsAsync(job, selection, kept.Streams, interrupts.GivenUp);
            kept.Finish();
            await report.WriteAsync(job, read, StandardStreams.Output);
            return 0;
        }
        catch (RequestRefusedException e)
        {
            return UserMessages.Fail(ExitStatus.Failed, e.Message, e.Hint);
        }
    }

    /// <summary>Says which bytes cannot be had any more; true where there are any.</summary>
    public static bool SayGone(string stream, long wanted, long begin)
    {
        if (begin <= wanted)
            return false;
        UserMessages.Say($"of {stream} the bytes from {wanted} to {begin} are no longer there");
        return true;
    }

    private static string? Fault(LogSelection selection) => selection switch
    {
        { From: not null, Tail: not null } => "--from and --tail exclude each other",
        { Length: not null, Follow: true } => "--length and --follow exclude each other",
        _ => null,
    };
}
