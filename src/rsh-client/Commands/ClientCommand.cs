using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary>What most subcommands do before their own work: connect to HOST, and end on Ctrl+C.</summary>
internal static class ClientCommand
{
    /// <summary>Connects to the HOST of the command line, and calls <paramref name="run"/>. The connection ends afterwards.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">The subcommand's own work. Its result is the exit status.</param>
    public static Task<int> RunAsync(ParseResult parsed, Func<RemoteShellClient, Interrupts, Task<int>> run)
        => RunAsync(HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say), run);

    /// <summary>Connects with these options, and calls <paramref name="run"/>. The connection ends afterwards.</summary>
    public static async Task<int> RunAsync(ClientOptions options, Func<RemoteShellClient, Interrupts, Task<int>> run)
    {
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        return await run(client, interrupts);
    }

    /// <summary>Runs a subcommand that does not run a command, and whose status tells a refusal from a lost connection.</summary>
    public static async Task<int> AnswerAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (ExitStatus.OfRequest(e) != ExitStatus.Of(e))
        {
            return UserMessages.Fail(ExitStatus.OfRequest(e), e);
        }
    }
}
