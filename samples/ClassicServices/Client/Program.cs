using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using ClassicServices.Client;
using ClassicServices.Client.Dialogs;

// The counterparts of the services: a new one is a file of its own and a line here.
Dialog[] dialogs =
[
    Calc.Dialog, Upper.Dialog, ExecRaw.Dialog, ExecLength.Dialog, ExecJson.Dialog, Chat.Dialog,
    Reply.Dialog, Time.Dialog, TimeLine.Dialog, Time.WithSpace, Ack.Dialog, Datagrams.Check,
];

var name = new Argument<string>("SERVICE") { Description = string.Join(", ", dialogs.Select(dialog => dialog.Name)) };
name.AcceptOnlyFromAmong([.. dialogs.Select(dialog => dialog.Name)]);
var host = new Option<string>("--host") { Description = "Where the server is.", DefaultValueFactory = _ => "127.0.0.1" };
var port = new Option<ushort?>("--port") { Description = "Its port. Default: the service's own." };
var udp = new Option<bool>("--udp") { Description = "Ask time by datagrams." };
var patience = new Option<double>("--timeout") { Description = "Seconds to wait for an answer that may never come.", DefaultValueFactory = _ => 3 };
patience.Validators.Add(result =>
{
    if (result.Tokens.Count > 0 && double.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out double seconds) && seconds is not (> 0 and <= 3600))
        result.AddError("--timeout takes seconds, more than 0 and up to 3600");
});
var root = new RootCommand("Talks to a classic service: each line is a message. quit, exit or the end of input leaves.") { name, host, port, udp, patience };
root.SetAction(async (parsed, _) =>
{
    Dialog dialog = dialogs.First(one => one.Name == parsed.GetValue(name));
    if (parsed.GetValue(udp) && dialog.Name is not ("time" or "check"))
        throw new FormatException($"{dialog.Name} has no --udp");
    var place = new Place(parsed.GetValue(host)!, parsed.GetValue(port) ?? dialog.Port, parsed.GetValue(udp), TimeSpan.FromSeconds(parsed.GetValue(patience)));
    try
    {
        await dialog.TalkAsync(place, new());
        return 0;
    }
    catch (SocketException e)
    {
        throw new IOException($"{place.Host} port {place.Port}: {e.Message}", e);
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
    Prompt.Say(e.Message);
    return e is FormatException ? 2 : 1;
}
