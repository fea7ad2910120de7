using System.CommandLine;
using System.CommandLine.Parsing;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Configuration;
using RemoteShell.Cli.Server.Configuration;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The values of the options of <c>rsh-server run</c>: those of the command line, then those of the file.</summary>
internal sealed class RunValues
{
    private static readonly ParserConfiguration NoResponseFiles = new() { ResponseFileTokenReplacer = null };

    private readonly ParseResult _commandLine;
    private readonly ParseResult _file;
    private readonly ServerConfiguration _configuration;
    private readonly List<Exception> _faults;

    private RunValues(ParseResult commandLine, ParseResult file, ServerConfiguration configuration)
    {
        (_commandLine, _file, _configuration) = (commandLine, file, configuration);
        _faults = [.. configuration.Faults];
    }

    /// <summary>What is wrong: with the configuration file, and with values that were to be converted.</summary>
    public IReadOnlyList<Exception> Faults => _faults;

    /// <summary>Puts the values of the command line before those of the file.</summary>
    public static RunValues Of(ParseResult commandLine, ServerConfiguration configuration)
    {
        string[] arguments = [.. configuration.Settings.Select(setting => setting.Argument).OfType<string>()];
        return new(commandLine, commandLine.CommandResult.Command.Parse(arguments, NoResponseFiles), configuration);
    }

    /// <summary>The value of an option; the default of its type if it is given nowhere.</summary>
    public T? Of<T>(Option<T> option) => IsOnCommandLine(option) ? _commandLine.GetValue(option) : _file.GetValue(option);

    /// <summary>Converts the value of an option. If that fails, keeps the fault, with the line of the file.</summary>
    /// <param name="option">The option.</param>
    /// <param name="convert">
    /// Called if the option is given. It throws <see cref="FormatException"/> or <see cref="RemoteShellException"/> if the value is wrong,
    /// with a message that begins with the option's name.
    /// </param>
    /// <returns>The converted value; the default of its type if the option is not given, or if its value is wrong.</returns>
    public TResult? Convert<TResult>(Option<string> option, Func<string, TResult> convert)
        => Of(option) is { } value ? Convert(option, value, 0, convert) : default;

    /// <summary>Converts each value of an option that repeats; faults are kept as with one value.</summary>
    public IReadOnlyList<TResult> ConvertEach<TResult>(Option<string[]> option, Func<string, TResult> convert)
        => [.. (Of(option) ?? []).Select((value, i) => Convert(option, value, i, convert)).OfType<TResult>()];

    private TResult? Convert<TResult>(Option option, string value, int index, Func<string, TResult> convert)
    {
        try
        {
            return convert(value);
        }
        catch (Exception e) when (e is FormatException or RemoteShellException)
        {
            _faults.Add(IsOnCommandLine(option) ? e : At(_configuration.Of(option.Name)[index], e));
            return default;
        }
    }

    private bool IsOnCommandLine(Option option) => _commandLine.GetResult(option) is OptionResult { Implicit: false };

    private static ConfigurationException At(ServerSetting setting, Exception e)
        => new(setting.Place, ServerKeys.WithKey(e.Message, setting.Key)) { Hint = HintOf(e) };

    private static string? HintOf(Exception e) => e is UsageException usage ? usage.Hint : (e as RemoteShellException)?.Hint;
}
