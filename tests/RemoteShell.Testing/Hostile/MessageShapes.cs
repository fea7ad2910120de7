namespace RemoteShell.Testing.Hostile;

/// <summary>All messages of <c>docs/protocol.md</c>. A new message gets a row here; a test compares this table with the document.</summary>
public static class MessageShapes
{
    private const string Positions = """{"stdout":{"from":0,"limit":1048576},"stderr":{"from":0}}""";
    private const string Opening = "\"type\":\"open\",\"channel\":\"@channel\",\"window\":1048576,\"digest\":\"crc32c\","
        + "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"";
    private const string Target = """{"host":"127.0.0.1","port":1,"socket":"/nowhere/s","accepted":"@job"}""";
    private const string Place = """{"host":"localhost","port":0,"socket":"/nowhere/s","agent":true}""";
    private const string Terminal = """{"term":"xterm","columns":80,"rows":24}""";

    /// <summary>The messages that are not requests.</summary>
    public static IReadOnlyList<MessageShape> Frames { get; } =
    [
        Both("hello", """
            {"type":"hello","version":1,"agent":"x/1","limits":{"header":262144,"body":262144,"channels":64},"features":["a"],"motd":"hi",
            "proof":{"signature":"AAAA","time":1785000000000},
            "key":"SHA256:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3uM","invitation":"AAAAAAAAAAAAAAAAAAAAAA==",
            "nextKey":{"key":"k","signature":"AAAA"},"keys":null}
            """),
        Both("ping", """{"type":"ping","id":7}"""),
        Both("pong", """{"type":"pong","id":7,"time":1785000000000.5}"""),
        Both("goodbye", """{"type":"goodbye","reason":"done"}"""),
        Both("error", """
            {"type":"error","channel":"@channel","code":"bad-request","text":"what happened","cure":"what to do",
            "key":"SHA256:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3uM","proved":true,"accepted":true}
            """),
        Both("data", """{"type":"data","channel":"@channel","stream":"@stream","offset":"@position","size":"@size","hash":"@hash"}"""),
        Both("window", """{"type":"window","channel":"@channel","stream":"@stream","limit":"@position","window":1048576}"""),
        Both("end", """{"type":"end","channel":"@channel","stream":"@stream","total":"@position","digest":"@digest"}"""),
        OfClient("delivered", """{"type":"delivered","job":"@job"}"""),
        OfClient("signal", """{"type":"signal","channel":"@channel","name":"CONT"}"""),
        OfClient("resize", """{"type":"resize","channel":"@channel","columns":80,"rows":24}"""),
        OfServer("notice", """{"type":"notice","channel":"@channel","text":"hear"}"""),
        OfServer("opened", """
            {"type":"opened","channel":"@channel","window":0,"position":{"from":0,"limit":1048576},"job":"@job","tty":false,
            "streams":{"stdout":0,"stderr":0},"member":"m","detached":false,"length":"@length","mode":420,"modified":1785000000000,
            "shell":"/bin/sh","cwd":"/"}
            """),
        OfServer("refused", """{"type":"refused","channel":"@channel","code":"not-found","text":"what happened","cure":"what to do"}"""),
        OfServer("result", """
            {"type":"result","channel":"@channel","outcome":"exited","code":0,"signal":"TERM","reason":"why","streams":"@totals",
            "duration":1.5,"usage":{"user":0.5,"system":0.25},"held":["stdout"],"cwd":"/","fault":"refused"}
            """),
    ];

    /// <summary>The requests: the messages of type <c>open</c>.</summary>
    public static IReadOnlyList<MessageShape> Requests { get; } =
    [
        Request("exec", $$"""
            "job":"@job","command":"sleep 0.2","argv":["echo","a b"],"builtin":["upper","x"],"line":"cd /",
            "conversation":"script","files":"get a","connect":{{Target}},"listen":{{Place}},"shell":true,
            "in":"@job","after":"@job","tty":{{Terminal}},
            "holder":"h","cwd":"/","env":{"A":"b","B":""},"unset":["C"],"encoding":"iso-8859-1","timeout":2000,"age":9,"stdin":true,
            "onDisconnect":"keep:1s","onFull":"drop-oldest","detach":false,"streams":{{Positions}},"user":"@user"
            """),
        Request("get", """ "path":"@file","position":{"from":0,"limit":1048576},"modified":0,"user":"@user" """),
        Request("attach", $$""" "job":"@job","tty":{{Terminal}},"holder":"h","streams":{{Positions}} """),
        Request("logs", $$"""
            "job":"@job","stream":"stdout","from":0,"length":5,"tail":null,"follow":false,"streams":{{Positions}},"begins":{"stdout":0}
            """),
        Request("wait", """ "job":"@job" """),
        Request("kill", """ "job":"@job","signal":"TERM" """),
        Request("rm", """ "job":"@job" """),
        Request("jobs", """ "filter":"all" """),
        Request("who", """ "x":0 """),
        Request("complete", """ "text":"/et","command":false,"cwd":"/","in":"@job","variable":false,"user":false """),
        Request("chat", """ "room":"lobby","member":"m","last":20,"streams":{"chat":{"from":0},"say":{"from":0}} """),
        Request("notify", """ "id":"n1","text":"hear" """),
        Request("forward", """ "host":"127.0.0.1","port":1 """),
    ];

    /// <summary>What the streams of a list and a room consist of.</summary>
    public static IReadOnlyList<MessageShape> Lines { get; } =
    [
        OfServer("jobs", """
            {"job":"@job","state":"ended","started":1785000000000,"duration":1.5,"outcome":"exited","code":0,"signal":"TERM","reason":"why",
            "bytes":{"stdout":4,"stderr":0},"command":"echo","detached":false,"tty":false,"onDisconnect":"keep","onFull":"hold",
            "conversation":false,"in":"@job","attached":1}
            """),
        OfServer("who", """
            {"id":1,"name":"alice","since":1785000000000,"idle":5,"own":true,"from":"127.0.0.1:5","doing":["runs echo"]}
            """),
        OfServer("chat", """
            {"event":"said","time":1785000000000,"name":"alice","member":"m","text":"hear","offset":5,"present":["alice"],"count":1}
            """),
        OfServer("listen", """{"listening":"127.0.0.1:5","accepted":"@job","peer":"127.0.0.1:6"}"""),
        OfServer("completions", "\"word\""),
        OfServer("notified", "\"name\""),
    ];

    private static Dictionary<string, MessageShape> ByName { get; } = Frames.Concat(Requests).ToDictionary(shape => shape.Name);

    /// <summary>Returns the message or request of this name.</summary>
    public static MessageShape Find(string name) => ByName[name];

    private static MessageShape Both(string name, string template) => MessageShape.Parse(name, Sender.Both, template);

    private static MessageShape OfClient(string name, string template) => MessageShape.Parse(name, Sender.Client, template);

    private static MessageShape OfServer(string name, string template) => MessageShape.Parse(name, Sender.Server, template);

    private static MessageShape Request(string name, string fields)
        => MessageShape.Parse(name, Sender.Client, $"{{{Opening},\"request\":\"{name}\",{fields}}}");
}
