using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Net.Sockets;
using ClassicServices.Client.Conversations;
using ClassicServices.Client.Dialogs;

// The client's half of each service. A new one is a file in Dialogs and a line here.
Dialog[] dialogs =
[
    Calc.Dialog, Upper.Dialog, ExecRaw.Dialog, ExecLength.Dialog, ExecJson.Dialog, Chat.Dialog,
    Reply.Dialog, Time.Dialog, TimeLine.Dialog, Time.WithSpace, Ack.Dialog, Datagrams.Check,
];

string[] names = [.. dialogs.Select(dialog => dialog.Name)];
var name = new Argument<string>("SERVICE") { Description = string.Join(", ", names) };
name.AcceptOnlyFromAmong(names);
var host = new Option<string>("--host") { Description = "The server's name or address.", DefaultValueFactory = _ => "127.0.0.1" };
var port = new Option<ushort?>("--port") { Description = "The server's port [the default of the service]." };
var udp = new Option<bool>("--udp") { Description = "Use UDP for time." };
var timeout = new Option<double>("--timeout")
{
    Description = "How many seconds to wait for an answer that may never come.",
    DefaultValueFactory = _ => 3,
};
timeout.Validators.Add(result =>
{
    string? text = result.Tokens.Count > 0 ? result.Tokens[0].Value : null;
    if (double.TryParse(text, CultureInfo.InvariantCulture, out double seconds) && seconds is not (> 0 and <= 3600))
        result.AddError("--timeout takes seconds, more than 0 and at most 3600");
});
var root = new RootCommand("Use a classic service: each line is a message. quit, exit or the end of the input leaves.")
{
    name, host, port, udp, timeout,
};
root.SetAction(async (parsed, _) =>
{
    Dialog dialog = dialogs.First(one => one.Name == parsed.GetValue(name));
    if (parsed.GetValue(udp) && dialog.Name is not ("time" or "check"))
        throw new FormatException($"{dialog.Name} has no --udp");
    var target = new Target(
        parsed.GetValue(host)!,
        parsed.GetValue(port) ?? dialog.Port,
        parsed.GetValue(udp),
        TimeSpan.FromSeconds(parsed.GetValue(timeout)));
    try
    {
        await dialog.RunAsync(target, new());
        return 0;
    }
    catch (SocketException e)
    {
        throw new IOException($"{target.Host} port {target.Port}: {e.Message}", e);
    }
});

ParseResult parsed = root.Parse(args);
try
{
    if (parsed.Action is ParseErrorAction)
        throw new FormatException(parsed.Errors[0].Message);
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or InvalidDataException or FormatException)
{
    Prompt.PrintMessage(e.Message);
    return e is FormatException ? 2 : 1;
}
