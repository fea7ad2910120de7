using System.CommandLine;

namespace RemoteShell.Cli.Arguments;

/// <summary>The line that shows how a command is typed: <c>rsh-client logs [OPTIONS] HOST JOB</c>.</summary>
internal static class UsageLine
{
    public static string Of(string program, Command command)
    {
        string name = command.Options.Any(option => !option.Hidden) ? $"{command.Name} [OPTIONS]" : command.Name;
        return string.Join(' ', [$"{program} {name}", .. command.Arguments.Select(Of)]);
    }

    private static string Of(Argument argument)
    {
        string name = argument.Arity.MaximumNumberOfValues > 1 ? $"{argument.Name}..." : argument.Name;
        bool isOptional = argument.Arity.MinimumNumberOfValues == 0 || argument.HasDefaultValue;
        return isOptional ? $"[{name}]" : name;
    }
}
