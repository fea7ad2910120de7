using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Builtins;

namespace RemoteShell.Server.Authentication.Permissions;

/// <summary>Says what a message asks for.</summary>
internal static class AskedRequests
{
    /// <summary>A request to run something. A transfer of files is decided by <see cref="KeyPermission.DecideFiles"/>.</summary>
    /// <param name="exec">A valid request.</param>
    public static AskedRequest Of(ExecRequest exec)
    {
        var asked = new AskedRequest(VerbOf(exec), exec.CommandText)
        {
            Within = exec.In is null ? null : KeyVerb.Connect,
            Argv = exec.Argv ?? [],
            HasTerminal = exec.Tty is not null,
            ChoosesSurroundings =
                exec.Cwd is not null || exec.Unset is { Count: > 0 } || exec.Env?.Keys.Any(name => !IsLanguage(name)) == true,
        };
        return exec switch
        {
            { Connect: { } target } => asked with { Host = target.Host ?? "", Port = target.Port ?? 0, Socket = target.Socket },
            { Listen: { } place } => asked with { Host = place.HostOrLocal, Port = place.Port ?? 0, Socket = place.Socket },
            _ => asked,
        };
    }

    /// <summary>A request to connect to a TCP port.</summary>
    public static AskedRequest Of(ForwardRequest forward)
        => new(KeyVerb.Open, $"connect to {forward.Host}:{forward.Port}") { Host = forward.Host, Port = forward.Port };

    /// <summary>A request to complete a word.</summary>
    public static AskedRequest Of(CompleteRequest complete)
        => new(KeyVerb.Complete, $"complete {complete.Text}") { Within = complete.In is null ? null : KeyVerb.Connect };

    // As sshd accepts them by the configuration of most systems.
    private static bool IsLanguage(string name) => name == "LANG" || name.StartsWith("LC_", StringComparison.Ordinal);

    /// <summary>The verb of a request to run something, or to transfer files.</summary>
    public static string VerbOf(ExecRequest exec) => exec switch
    {
        { Files: not null } => KeyVerb.Files,
        { Builtin: [var name, ..] } => name,
        { Line: { } line } => BuiltinTable.ForLine(line)?.Builtin.Name ?? KeyVerb.Connect,
        { In: not null } or { Conversation: not null } => KeyVerb.Connect,
        { Argv: not null } => KeyVerb.Run,
        { Connect.Accepted: not null } => KeyVerb.Accepted,
        { Connect: not null } => KeyVerb.Open,
        { Listen.Agent: true } => KeyVerb.Agent,
        { Listen: not null } => KeyVerb.Listen,
        _ => KeyVerb.Shell,
    };
}
