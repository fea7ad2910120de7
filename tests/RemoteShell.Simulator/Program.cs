using RemoteShell.Protocol;
using RemoteShell.Simulator;

try
{
    return await SimulatorCommand.Create().Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (RemoteShellException e)
{
    Console.Error.WriteLine($"simulator: {e.Message}");
    if (e.Hint is { } hint)
        Console.Error.WriteLine(hint);
    return 1;
}
