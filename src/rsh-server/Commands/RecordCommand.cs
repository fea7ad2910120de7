using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Recordings;
using RemoteShell.Server;
using RemoteShell.Server.Recordings;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server record</c>: lists, plays and exports the recordings of the server.</summary>
internal static class RecordCommand
{
    private const string StandardOutput = "-";

    private const int InterruptedStatus = 128 + 2;

    // Characters.
    private const int SafeCommandLength = 200;

    // What a recording may have left changed at the terminal: modes, colours, the other screen, the cursor, the mouse.
    private const string Reset = "\e[!p\e[0m\e[?1049l\e[?25h\e[?2004l\e[?1000l\e[?1002l\e[?1003l\e[?1006l";

    private static readonly Option<string> Folder = new Option<string>("--record-dir")
    {
        Description = "The folder of the recordings [that of the running server, or of its configuration].",
        HelpName = "DIR",
    }.NotEmpty();

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object in each line." };

    private static readonly Argument<string> Job = new Argument<string>("JOB")
    {
        Description = "The id of a job, or its beginning, or the name of a file, from 'rsh-server record list'.",
    }.NotEmpty();

    private static readonly Argument<string> Target = new Argument<string>("FILE")
    {
        Description = "The new file; - is standard output.",
    }.NotEmpty();

    private static readonly Option<string> Speed = new("--speed")
    {
        Description = "Play N times as fast, from 0.01 to 1000 [1].",
        HelpName = "N",
    };

    private static readonly Option<TimeSpan?> IdleLimit = DurationOption.Create(
        "--idle-limit", "Shorten longer pauses to this time [no limit].");

    private static readonly Option<bool> Text = new("--text")
    {
        Description = "Write the output alone, without the times: standard output and standard error in the order of their recording.",
    };

    public static Command Create()
    {
        var list = new Command("list", "List the recordings, the oldest first.") { Json, Folder };
        list.SetAction(ListAsync);
        var play = new Command("play", "Play a recording. Ctrl+C ends it.") { Job, Speed, IdleLimit, Folder };
        play.SetAction(PlayAsync);
        var export = new Command("export", "Copy a recording to a file.") { Job, Target, Text, Folder };
        export.SetAction(ExportAsync);
        return new Command("record", "List, play and export what the server has recorded.") { list, play, export };
    }

    private static async Task<RecordingList> RecordingsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Folder) is { } folder)
            return new(Path.GetFullPath(folder));
        (ServerOptions options, _) = await RunningOptions.ReadAsync(cancellationToken);
        return new(options.RecordingsFolder);
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        RecordingList recordings = await RecordingsAsync(parsed, cancellationToken);
        bool isJson = parsed.GetValue(Json);
        foreach (ListedRecording one in recordings.Read())
            Console.Out.WriteLine(isJson ? one.ToJson() : LineOf(one));
        return 0;
    }

    private static string LineOf(ListedRecording one)
    {
        string since = one.Since.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string who = one.Name.Length > 0 ? one.Name : one.Key;
        string size = ByteSize.Words(one.Bytes);
        return $"{one.Job}  {since}  {Printable(who)}  {one.Kind}  {size}  {Printable(one.Command)}";
    }

    // A client chooses its command, and the key's name may come from one.
    private static string Printable(string text)
    {
        string cut = text.Length > SafeCommandLength ? $"{text[..SafeCommandLength]}…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format ? '?' : c));
    }

    private static async Task<int> PlayAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        double speed = SpeedOf(parsed.GetValue(Speed) ?? "1");
        double longest = parsed.GetValue(IdleLimit)?.TotalSeconds ?? double.MaxValue;
        RecordingList recordings = await RecordingsAsync(parsed, cancellationToken);
        using TextReader recording = recordings.Open(recordings.Find(parsed.GetValue(Job)!));
        await using Stream output = Console.OpenStandardOutput();
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            // The terminal is reset first.
            signal.Cancel = true;
            interrupted.Cancel();
        });
        try
        {
            await AsciicastPlayer.PlayAsync(recording, output, speed, longest, interrupted.Token);
        }
        catch (OperationCanceledException)
        {
            return InterruptedStatus;
        }
        finally
        {
            if (!Console.IsOutputRedirected)
                output.Write(Encoding.ASCII.GetBytes(Reset));
        }

        return 0;
    }

    private static async Task<int> ExportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        RecordingList recordings = await RecordingsAsync(parsed, cancellationToken);
        ListedRecording found = recordings.Find(parsed.GetValue(Job)!);
        string path = parsed.GetValue(Target)!;
        await using Stream target = path == StandardOutput ? Console.OpenStandardOutput() : Create(path);
        using TextReader recording = recordings.Open(found);
        if (parsed.GetValue(Text))
        {
            await AsciicastPlayer.PlayAsync(recording, target, double.PositiveInfinity, double.MaxValue, cancellationToken);
            return 0;
        }

        // The server may still write it: only whole lines are copied.
        while (await recording.ReadLineAsync(cancellationToken) is { } line)
            await target.WriteAsync(Encoding.UTF8.GetBytes($"{line}\n"), cancellationToken);
        return 0;
    }

    private static FileStream Create(string path)
    {
        if (File.Exists(path))
            throw new RemoteShellException($"{path} exists already") { Hint = "name a new file" };
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }

    private static double SpeedOf(string text)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double speed);
        if (!isNumber || speed is not (>= 0.01 and <= 1000))
            throw new UsageException($"--speed takes a number from 0.01 to 1000, not '{text}'", "see: rsh-server record play --help");
        return speed;
    }
}
