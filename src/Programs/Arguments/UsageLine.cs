using System.CommandLine;

namespace RemoteShell.Cli.Arguments;

/// <summary>The line that shows how a command is typed: <c>rsh-client logs [OPTIONS] HOST JOB</c>.</summary>
internal static class UsageLine
{
    public static string Of(string program, Command command)
    {
        string name = NameOf(command);
        if (command.Subcommands.Count > 0)
            return $"{program} {name} COMMAND [OPTIONS] ...";
        if (command.Options.Any(option => !option.Hidden))
            name = $"{name} [OPTIONS]";
        return string.Join(' ', [$"{program} {name}", .. command.Arguments.Select(Of)]);
    }

    /// <summary>The words that name a command: <c>logs</c>, or <c>file ls</c>.</summary>
    public static string NameOf(Command command)
        => command.Parents.OfType<Command>().FirstOrDefault(parent => parent is not RootCommand) is { } parent
            ? $"{parent.Name} {command.Name}"
            : command.Name;

    private static string Of(Argument argument)
    {
        // One argument may stand for several of the user.
        if (argument.HelpName is { } shown)
            return shown;
        string name = argument.Arity.MaximumNumberOfValues > 1 ? $"{argument.Name}..." : argument.Name;
        bool isOptional = argument.Arity.MinimumNumberOfValues == 0 || argument.HasDefaultValue;
        return isOptional ? $"[{name}]" : name;
    }
}
