using System.CommandLine;
using RemoteShell.Protocol;
using RemoteShell.Server;
using RemoteShell.Server.Audit;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The files of an audit journal, as an argument.</summary>
internal static class AuditFilesArgument
{
    public static Argument<string[]> Create() => new("FILE")
    {
        Description = "Files of an audit journal, the oldest first [the journal of this server].",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The lines of the files; those of the server's journal if none is named.</summary>
    /// <exception cref="RemoteShellException">There is none.</exception>
    public static IEnumerable<AuditEntry> Read(string[]? named)
    {
        if (named?.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            throw new RemoteShellException($"there is no file {missing}");
        if (named is { Length: > 0 })
            return AuditReader.Read(named);
        return AuditReader.Read(ServersOwn());
    }

    /// <summary>The options of a server that has a journal.</summary>
    /// <exception cref="RemoteShellException">It has none.</exception>
    public static ServerOptions ServersOwn()
    {
        var options = new ServerOptions();
        if (AuditReader.FilesOf(options).Count > 0)
            return options;
        throw new RemoteShellException($"there is no audit journal in {options.AuditFolder}")
        {
            Hint = "run this as the user of the server, with the RSH_HOME of the server; 'rsh-server run --audit off' keeps none",
        };
    }
}
