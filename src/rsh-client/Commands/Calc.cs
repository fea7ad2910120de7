using System.CommandLine;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client calc</c>: the server's calculator.</summary>
internal static class Calc
{
    private static readonly Argument<string[]> Words = new("EXPRESSION") { Description = "Integers, decimals, + - * / %, parentheses.", Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        var command = new Command("calc", "Let the server compute an expression.") { HostFlags.Host, Words };
        HostFlags.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ClientOptions options = HostFlags.Options(parsed, parsed.GetValue(HostFlags.Host)!, Terminal.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostFlags.ConnectAsync(options, interrupts.GivenUp);
        var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
        CommandResult result = await Run.ExecuteAsync(client, RemoteCommand.Builtin(["calc", .. parsed.GetValue(Words)!]), streams, interrupts);
        Run.Explain(result);
        return ExitStatus.Of(result);
    }
}
