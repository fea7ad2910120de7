using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Presence;

namespace RemoteShell.Server.Requests;

/// <summary>The client whose requests are handled, and the services of the server.</summary>
internal sealed class RequestContext(ConnectionInfo connection, RequestServices services, ILogger log)
{
    // How many ids the refusal of an ambiguous prefix lists.
    private const int MaxListedIds = 5;

    public ConnectionInfo Connection => connection;

    public AuthorizedKey Client => connection.Client;

    public Peer Peer => connection.Peer;

    public RequestServices Services => services;

    public ILogger Log => log;

    /// <summary>Checks that the request is for the user that the server runs as.</summary>
    /// <param name="user">The name in the request; null if it names none.</param>
    /// <exception cref="RefusalException">The request is for another user.</exception>
    public void CheckUser(string? user)
    {
        string own = services.Runners.Account.Name;
        if (user is null || user == own)
            return;
        throw new RefusalException(
            ErrorCode.Forbidden,
            $"this server runs commands as '{own}', not as '{user}'",
            $"leave the user out, or connect to a server that runs as '{user}'");
    }

    /// <summary>Checks that the client's key may do more than transfer files.</summary>
    /// <param name="what">What it wants to do, for people.</param>
    /// <exception cref="RefusalException">The key has the option <c>root</c>, <c>read-only</c> or <c>write-only</c>.</exception>
    public void CheckNotForFilesOnly(string what)
    {
        if (!Client.IsForFilesOnly)
            return;
        throw new RefusalException(
            ErrorCode.Forbidden,
            $"this key may only transfer files here, and not {what}",
            "ask the server's administrator to remove root, read-only or write-only from the key's options");
    }

    /// <summary>Checks that the options of the client's key allow the request.</summary>
    /// <param name="request"><c>chat</c>, <c>notify</c> or <c>files</c>.</param>
    /// <exception cref="RefusalException">The key has the option <c>no-chat</c>, <c>no-notify</c> or <c>no-files</c>.</exception>
    public void CheckAllowed(string request)
    {
        if (!Client.Denied.Contains(request))
            return;
        throw new RefusalException(
            ErrorCode.Forbidden,
            request == "files" ? "this key may not transfer files here" : $"this key may not {request} here",
            $"ask the server's administrator to remove no-{request} from the key's options");
    }

    /// <summary>Returns the client's job whose id begins with the prefix.</summary>
    /// <exception cref="RefusalException">No job of the client matches, or several do.</exception>
    public Job GetJob(string prefix)
    {
        Job[] found = prefix.Length == 0 ? [] : services.Jobs.Table.Match(prefix, Client.Key);
        if (found.Length == 1)
            return found[0];
        if (found.Length == 0)
        {
            throw new RefusalException(
                ErrorCode.NotFound,
                $"this key has no job '{prefix}'",
                "list the key's jobs with: rsh-client jobs --all HOST");
        }

        string ids = string.Join(", ", found.Take(MaxListedIds).Select(job => job.Id));
        string more = found.Length > MaxListedIds ? ", …" : "";
        throw new RefusalException(
            ErrorCode.Ambiguous,
            $"'{prefix}' matches {found.Length} jobs: {ids}{more}",
            "write more characters of the id");
    }

    /// <summary>Notes that the client has received the job's result and output.</summary>
    public void MarkDelivered(string job) => services.Jobs.Table.Find(job, Client.Key)?.Clients.MarkDelivered();
}
