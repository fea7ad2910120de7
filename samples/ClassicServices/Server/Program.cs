using System.CommandLine;
using System.CommandLine.Invocation;
using ClassicServices.Server;

RootCommand root = ServerCommand.Create();
ParseResult parsed = root.Parse(args);
try
{
    if (parsed.Action is ParseErrorAction)
        throw new FormatException(parsed.Errors[0].Message);
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"classic-server: {e.Message}");
    if (e is FormatException)
        Console.Error.WriteLine("see: classic-server --help");
    return e is FormatException ? 2 : 1;
}
