namespace RemoteShell.Server.Authentication.Rules;

/// <summary>What a client may ask for, in one word. The built-ins are verbs too.</summary>
internal static class KeyVerb
{
    /// <summary>A program with its exact arguments.</summary>
    public const string Run = "run";

    /// <summary>A command line for the shell, or the login shell.</summary>
    public const string Shell = "shell";

    /// <summary>A conversation, and the lines in it.</summary>
    public const string Connect = "connect";

    /// <summary>To read, list or look at files.</summary>
    public const string Get = "get";

    /// <summary>To write, rename or delete files, or to make folders.</summary>
    public const string Put = "put";

    /// <summary>Only in rules: <see cref="Get"/> and <see cref="Put"/>.</summary>
    public const string Files = "files";

    /// <summary>To connect to a port or a unix socket.</summary>
    public const string Open = "open";

    /// <summary>To listen on a port or a unix socket.</summary>
    public const string Listen = "listen";

    /// <summary>Only in requests: to take a connection that an own listening has accepted.</summary>
    public const string Accepted = "accepted";

    /// <summary>Only in rules: <see cref="Open"/>, <see cref="Listen"/> and <see cref="Accepted"/>.</summary>
    public const string Forward = "forward";

    /// <summary>To forward an agent.</summary>
    public const string Agent = "agent";

    /// <summary>To talk in a room.</summary>
    public const string Chat = "chat";

    /// <summary>To show a notice to the others.</summary>
    public const string Notify = "notify";

    /// <summary>To complete a word.</summary>
    public const string Complete = "complete";

    /// <summary>To list who is connected; also a built-in.</summary>
    public const string Who = "who";

    /// <summary>To list, wait for, end and delete own jobs. In rules also <see cref="Attach"/>.</summary>
    public const string Jobs = "jobs";

    /// <summary>Only in requests: to attach to an own job, or to read its output.</summary>
    public const string Attach = "attach";

    /// <summary>The verbs of rules that are not built-ins.</summary>
    public static readonly string[] OfRules =
        [Run, Shell, Connect, Get, Put, Files, Open, Listen, Forward, Agent, Chat, Notify, Complete, Jobs];
}
