using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client logs</c>: prints a job's output.</summary>
internal static class LogsCommand
{
    private static readonly Option<string> Stream = new Option<string>("--stream")
    {
        Description = "Print only this stream, to standard output [both, each to its own].",
        HelpName = "stdout|stderr",
    }.OneOf("stdout", "stderr");

    private static readonly Option<long?> From = JobOptions.SizeFlag(
        "--from", "Start at this byte offset [the first byte that the server still has].");

    private static readonly Option<long?> Length = JobOptions.SizeFlag("--length", "Print at most this much of each stream [all].");
    private static readonly Option<long?> Tail = JobOptions.CountFlag("--tail", "Print only the last N lines.", "N");
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Continue with new output until the job ends." };

    public static Command Create()
    {
        var command = new DocumentedCommand("logs", "Print a job's output so far.")
        {
            Examples = ["logs --tail 20 --follow server.example 576958v", "logs --stream stderr server.example 576958v > errors"],
        };
        foreach (Argument argument in (Argument[])[HostOptions.Host, JobOptions.Job])
            command.Add(argument);
        foreach (Option option in (Option[])[Follow, Tail, From, Length, Stream, RemoteText.Flag, JobOptions.Json])
            command.Add(option);
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
        RemoteText? text = RemoteText.Of(parsed);
        return await ClientCommand.AnswerAsync(
            () => ClientCommand.RunAsync(options, (client, interrupts) => PrintAsync(parsed, client, selection, text, interrupts)));
    }

    private static async Task<int> PrintAsync(
        ParseResult parsed, RemoteShellClient client, LogSelection selection, RemoteText? text, Interrupts interrupts)
    {
        string job = parsed.GetValue(JobOptions.Job)!;
        if (!parsed.GetValue(JobOptions.Json))
        {
            Stream error = selection.Stream is null ? StandardStreams.Error : StandardStreams.Output;
            var shown = new EncodedStreams(new() { Output = StandardStreams.Output, Error = error }, text);
            var written = await client.ReadLogsAsync(job, selection, shown.Streams, interrupts.Cancelled);
            shown.Finish();
            bool isGone = false;
            foreach ((OutputStream name, LogRange stretch) in written)
                isGone |= selection.Tail is null && SayGone(JsonWords.Of(name), selection.From ?? 0, stretch.From);
            // A client that asks for an offset needs exactly those bytes.
            return isGone && selection.From is not null ? ExitStatus.Failed : 0;
        }

        await using var report = new JsonReport();
        var kept = new EncodedStreams(new() { Output = report.Output, Error = report.Error }, text);
        IReadOnlyDictionary<OutputStream, LogRange> read = await client.ReadLogsAsync(
            job, selection, kept.Streams, interrupts.Cancelled);
        kept.Finish();
        await report.WriteAsync(job, read, StandardStreams.Output);
        return 0;
    }

    /// <summary>Tells which of the wanted bytes the server has no longer. True if there are any.</summary>
    public static bool SayGone(string stream, long wanted, long begin)
    {
        if (begin <= wanted)
            return false;
        UserMessages.Say($"the server no longer has the bytes {wanted} to {begin} of {stream}");
        return true;
    }

    private static string? Fault(LogSelection selection) => selection switch
    {
        { From: not null, Tail: not null } => "--from and --tail cannot be used together",
        { Length: not null, Follow: true } => "--length and --follow cannot be used together",
        _ => null,
    };
}
