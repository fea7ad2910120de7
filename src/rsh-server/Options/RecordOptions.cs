using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options for recordings: what is recorded, where, and how much.</summary>
internal static class RecordOptions
{
    private static readonly Option<string> Kinds = new Option<string>("--record")
    {
        Description = "Record the output of commands (exec), terminals (tty), or both with a comma between; none records what the option "
            + "record of a key asks for [tty if --record-dir is given, else none].",
        HelpName = "exec,tty",
    }.NotEmpty();

    private static readonly Option<string> Folder = new Option<string>("--record-dir")
    {
        Description = "Keep recordings in this folder, in asciicast format [recordings in the state folder].",
        HelpName = "DIR",
    }.NotEmpty();

    private static readonly Option<string> Quota = new Option<string>("--record-quota")
    {
        Description = "Maximum size of all recordings; the oldest are deleted for new ones [1G].",
        HelpName = "SIZE",
    }.NotEmpty();

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Kinds, Folder, Quota])
            command.Add(option);
    }

    public static ServerOptions Apply(RunValues values, ServerOptions options) => options with
    {
        Records = values.Convert(Kinds, text => (RecordedKinds?)KindsOf(text)),
        RecordFolder = values.Convert(Folder, Path.GetFullPath),
        RecordQuota = values.Convert(Quota, text => (long?)SizeOf(text)) ?? options.RecordQuota,
    };

    /// <summary>Makes the folder of recordings if it does not exist, and checks that it can be written.</summary>
    /// <remarks>Otherwise the first recording would fail.</remarks>
    /// <exception cref="RemoteShellException">It cannot be made or written.</exception>
    public static void PrepareFolder(ServerOptions options)
    {
        if (options.RecordFolder is not { } folder)
            return;
        try
        {
            PrivateFolder.Create(folder);
            File.Create(Path.Combine(folder, $".{Environment.ProcessId}"), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"--record-dir: cannot write to {folder}: {FileFailure.ReasonOf(e)}", e);
        }
    }

    private static RecordedKinds KindsOf(string text)
    {
        RecordedKinds kinds = RecordedKinds.None;
        foreach (string word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            kinds |= word switch
            {
                "exec" => RecordedKinds.Commands,
                "tty" => RecordedKinds.Terminals,
                "none" when text == "none" => RecordedKinds.None,
                _ => throw new FormatException($"--record: '{text}' is not exec, tty, both with a comma between, or none"),
            };
        }

        return kinds;
    }

    private static long SizeOf(string text)
        => ByteSize.TryParse(text) ?? throw new FormatException($"--record-quota: '{text}' is not a size; write a number, or such as 512M");
}
