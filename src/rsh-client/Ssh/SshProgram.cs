using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The command that other programs take for ssh: <c>rsh-client ssh</c>, or this program under the name <c>rsh-ssh</c>.</summary>
internal static class SshProgram
{
    /// <summary>The name of the command.</summary>
    public const string Command = "ssh";

    /// <summary>The name of the program.</summary>
    public const string Name = "rsh-ssh";

    /// <summary>Whether this program was started under that name, or under the name ssh.</summary>
    public static bool IsMeant => Path.GetFileName(OwnName()) is Name or Command;

    /// <summary>Runs a call.</summary>
    /// <param name="args">The arguments of ssh.</param>
    /// <returns>The exit status of the command; 255 for failures of this program, as of ssh.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            SshCommandLine line = SshArguments.Parse(WithBytes(args));
            if (line.LogFile is { } log)
                UserMessages.WriteTo(log);
            return await RunAsync(line, args);
        }
        catch (OperationCanceledException)
        {
            return Interrupts.CancelledStatus;
        }
        catch (HostKeyException e) when (e.Hint?.Contains("--accept-new", StringComparison.Ordinal) == true)
        {
            return UserMessages.Fail(
                ExitStatus.NoConnection,
                e.Message,
                "compare it with what 'rsh-server fingerprint' prints there, then give -o StrictHostKeyChecking=accept-new");
        }
        catch (Exception e)
        {
            int status = ExitStatus.Of(e);
            return UserMessages.Fail(status == ExitStatus.Usage ? ExitStatus.NoConnection : status, e);
        }
    }

    // The framework decodes arguments as UTF-8, and replaces other bytes by U+FFFD.
    private static string[] WithBytes(string[] args)
        => args.Any(RawWords.MayBeDamaged) && RawWords.Read(args) is { } raw ? raw : args;

    // The framework tells the file of its code in place of the name, if the program is not compiled natively.
    private static string OwnName()
    {
        string name = Environment.GetCommandLineArgs().FirstOrDefault("");
        if (!name.EndsWith(".dll", StringComparison.Ordinal) || !OperatingSystem.IsLinux())
            return name;
        return File.ReadAllText("/proc/self/cmdline").Split('\0')[0];
    }

    private static async Task<int> RunAsync(SshCommandLine line, string[] args)
    {
        // The second process is the same call.
        if (!SshBackground.IsSecond)
            SshDepth.Enter();
        switch (line.Action)
        {
            case SshAction.PrintVersion:
                StandardText.Error.WriteLine(SshVersion.Text);
                return 0;
            case SshAction.PrintAlgorithms:
                foreach (string name in SshAlgorithms.Of(line.Argument))
                    StandardText.Output.WriteLine(name);
                return 0;
            case SshAction.Control:
                return Control(line.Argument);
            case SshAction.PrintSettings:
                foreach (string text in SshSettingsReport.Of(SshSettings.Of(line)))
                    StandardText.Output.WriteLine(text);
                return 0;
            default:
                SshSettings settings = SshSettings.Of(line);
                bool isStart = settings.IsYes(SshKeys.ForkAfterAuthentication) && !SshBackground.IsSecond;
                if (!isStart)
                    return await new SshSession(settings, line).RunAsync();
                CheckBackground(settings, line, args);
                return await SshBackground.StartAsync(args);
        }
    }

    private static void CheckBackground(SshSettings settings, SshCommandLine line, string[] args)
    {
        if (SshRemoteCommand.Of(settings, line) == RemoteCommand.LoginShell())
            throw new UsageException("-f needs a command, or -N: a login shell in the background has no input", SshHelp.Hint);
        if (args.Any(RawWords.MayBeDamaged))
            throw new UsageException("-f cannot pass on bytes that are not UTF-8; put & behind the command instead", SshHelp.Hint);
    }

    // There is no control socket: a connection is shared by Persist, which needs no commands.
    private static int Control(string command) => command switch
    {
        "check" => UserMessages.Fail(
            ExitStatus.NoConnection, "no master connection runs here; Persist shares a connection without one", hint: null),
        "exit" or "stop" => 0,
        _ => throw new FormatException($"-O {command} cannot be done here; -O knows check, exit and stop"),
    };
}
