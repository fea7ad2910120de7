using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Execution;
using RemoteShell.Cli.Client.Forwarding;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Cli.Start;
using RemoteShell.Client;
using RemoteShell.Client.Forwarding;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>A call: connects, sets the forwards up, and runs the command.</summary>
/// <param name="settings">What applies to it.</param>
/// <param name="line">Its command line.</param>
internal sealed class SshSession(SshSettings settings, SshCommandLine line)
{
    // As for rsh-client shell: a login shell is worth more than a command.
    private static readonly TimeSpan ShellKept = TimeSpan.FromHours(1);

    private readonly SshLog _log = new(settings.Find(SshKeys.LogLevel));

    private bool HasNoInput => settings.IsYes(SshKeys.StdinNull) || SshBackground.IsSecond;

    /// <summary>Runs it, and returns the exit status.</summary>
    public async Task<int> RunAsync()
    {
        RemoteCommand? command = SshRemoteCommand.Of(settings, line);
        if (SshForwards.StdioTarget(settings) is { } target)
            return await CarryAsync(RemoteCommand.Connect(target));
        if (command is null)
            return await ForwardAsync();
        bool isShell = command == RemoteCommand.LoginShell();
        if (isShell)
            command = command with { OnDisconnect = DisconnectPolicy.KeepFor(ShellKept) };
        command = SshRemoteCommand.With(command, SshEnvironment.Of(settings, SshDepth.Current));
        bool hasTerminal = SshTerminalChoice.IsWanted(settings, isShell, _log);
        if (hasTerminal && SshTerminalChoice.CanShow && !HasNoInput)
            return await ShowAsync(command);
        return await RunAsync(hasTerminal ? command with { Terminal = LocalTerminal.DescribeRemote() } : command);
    }

    private async Task<int> CarryAsync(RemoteCommand connection)
    {
        try
        {
            return await RunAsync(connection, ended: () =>
            {
                // The target has ended its direction, and the reader of this one must learn it, while the other may go on.
                StandardDescriptors.Release(LibC.StandardOutput);
                return Task.CompletedTask;
            });
        }
        catch (CommandNotStartedException e)
        {
            // No status of a command: the target cannot be reached.
            return UserMessages.Fail(ExitStatus.NoConnection, e);
        }
    }

    private async Task<int> RunAsync(RemoteCommand command, Func<Task>? ended = null)
    {
        using var interrupts = new Interrupts();
        ClientOptions options = HostOptions.For(command, SshConnection.OptionsOf(settings, line, _log.Say));
        await using RemoteShellClient client = await ConnectAsync(options, interrupts);
        await using RunningForwards forwards = await StartForwardsAsync(client, interrupts);
        await using RemoteForwarder? agent = await SshForwards.StartAgentAsync(client, settings, _log, interrupts.Cancelled);
        command = SshForwards.WithAgent(command, agent);
        SshBackground.Enter();
        Stream? input = HasNoInput ? null : StandardStreams.Input;
        HangUpStream? terminal = command.Terminal is null ? null : new(StandardStreams.Output);
        var streams = new CommandStreams
        {
            Output = terminal ?? StandardStreams.Output,
            Error = StandardStreams.Error,
            Input = input,
            OutputEnded = ended,
        };
        _log.Debug($"Sending command: {command.Text}");
        CommandResult result = await CommandRunner.RunAsync(client, command, streams, interrupts, hangUp: terminal?.Gone);
        if (!_log.IsQuiet)
        {
            OutcomeMessages.Explain(result);
            OutcomeMessages.ExplainHeld(result);
        }

        _log.Debug($"Exit status {ExitStatus.Of(result)}");
        return ExitStatus.Of(result);
    }

    private async Task<int> ShowAsync(RemoteCommand command)
    {
        RemoteText? text = null;
        command = command with
        {
            Terminal = LocalTerminal.DescribeRemote(),
            Environment = TerminalOptions.WithLocale(command.Environment, text),
        };
        var session = new TerminalSession(settings.Host.Query.Name, [], recording: null, text)
        {
            OnDisconnect = command.OnDisconnect,
            EscapeCharacter = SshEscape.Of(settings),
        };
        ClientOptions plain = HostOptions.For(command, SshConnection.OptionsOf(settings, line, _log.Say));
        ClientOptions options = session.Attend(plain) with { MessageOfTheDay = UserMessages.Announce };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await ConnectAsync(options, interrupts);
        await using RunningForwards forwards = await StartForwardsAsync(client, interrupts);
        await using RemoteForwarder? agent = await SshForwards.StartAgentAsync(client, settings, _log, interrupts.Cancelled);
        command = SshForwards.WithAgent(command, agent);
        _log.Debug("Entering interactive session.");
        return await session.RunAsync((streams, _, token) => client.StartAsync(command, streams, token), "", interrupts);
    }

    private async Task<int> ForwardAsync()
    {
        using var interrupts = new Interrupts();
        ClientOptions options = HostOptions.OnOwnConnection(SshConnection.OptionsOf(settings, line, _log.Say));
        await using RemoteShellClient client = await ConnectAsync(options, interrupts);
        await using RunningForwards forwards = await StartForwardsAsync(client, interrupts);
        _log.Debug("Entering interactive session.");
        SshBackground.Enter();
        if (SshBackground.IsSecond && !_log.IsDebug)
            SshBackground.ReleaseOutputs();
        await forwards.KeepAsync(interrupts.Cancelled);
        return 0;
    }

    private async Task<RunningForwards> StartForwardsAsync(RemoteShellClient client, Interrupts interrupts)
    {
        RunningForwards running = await RunningForwards.StartAsync(
            client, SshForwards.PlanOf(settings), new(), _log.Say, interrupts.Cancelled);
        foreach (string line in running.Lines)
            _log.Debug(line);
        // In the words of ssh, for programs that read the port.
        foreach ((int port, ForwardTarget target) in running.RemotePorts)
            _log.Announce($"Allocated port {port} for remote forward to {target}");
        foreach (string line in running.Chosen)
            _log.Say(line);
        return running;
    }

    private async Task<RemoteShellClient> ConnectAsync(ClientOptions options, Interrupts interrupts)
    {
        _log.Debug(SshVersion.Text);
        _log.Debug($"Connecting to {options.Host.Host} port {options.Host.Port}.");
        RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        _log.Debug($"Authenticated to {options.Host.Host} ([{options.Host.Host}]:{options.Host.Port}) using \"publickey\".");
        return client;
    }
}
