using RemoteShell.BarePump;

// Bytes over TLS and nothing else: no frames, no checksums. The comparison shows what the way below RemoteShell allows.
//   bare-pump serve                          prints its port, and serves until it is ended
//   bare-pump fetch PORT FILE...             the files, by cat at the server, to standard output
//   bare-pump store PORT                     standard input to the server, which drops it
//   bare-pump through PORT                   standard input through cat at the server to standard output
switch (args)
{
    case ["serve"]:
        await PumpServer.RunAsync();
        return 0;
    case ["fetch", var port, .. { Length: > 0 } files]:
        await PumpClient.FetchAsync(int.Parse(port), files);
        return 0;
    case ["store", var port]:
        await PumpClient.StoreAsync(int.Parse(port));
        return 0;
    case ["through", var port]:
        await PumpClient.ThroughAsync(int.Parse(port));
        return 0;
    default:
        Console.Error.WriteLine("usage: bare-pump serve | fetch PORT FILE... | store PORT | through PORT");
        return 2;
}
