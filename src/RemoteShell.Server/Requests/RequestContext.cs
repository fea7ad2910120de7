using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Files;
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

    /// <summary>The client in the audit journal.</summary>
    public AuditClient Audited { get; } = new(connection.Peer, connection.Client.Key, connection.Client.Comment);

    /// <summary>What the client's key may do with files.</summary>
    public FileBounds Files => new(Permission, Refusals, Client.Files.Root);

    private RefusalLog Refusals => new(log, Client, Peer);

    private KeyPermission Permission => new(Client, services.Options.Value);

    /// <summary>Records a request, before anything is done for it.</summary>
    /// <exception cref="AuditException">The audit journal is required, and cannot be written.</exception>
    public void Record(OpenRequest open) => services.Audit.Require(Audited.Line(AuditEvent.Request).With(open));

    /// <summary>Records that a request was refused.</summary>
    public void RecordRefusal(OpenRequest open, string code, string text)
        => services.Audit.Write(Audited.Line(AuditEvent.Refuse).With(open) with { Outcome = code, Reason = text });

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

    /// <summary>Checks that the client's key may do what it asks for.</summary>
    /// <exception cref="RefusalException">It may not. The log says which option refuses it.</exception>
    public void Check(AskedRequest asked) => Check(Permission.Decide(asked), asked.Text);

    /// <summary>Checks that the client's key may transfer files. Which ones, the transfer checks.</summary>
    /// <param name="text">The transfer for people.</param>
    /// <exception cref="RefusalException">It may transfer none.</exception>
    public void CheckFiles(string text) => Check(Permission.DecideFiles(text), text);

    /// <summary>Counts a new request against the rate of the client's key.</summary>
    /// <exception cref="RefusalException">There were too many.</exception>
    public void CountRequest()
    {
        TimeSpan wait = services.Rates.Take(Client);
        if (wait == TimeSpan.Zero)
            return;
        string text = $"this key may make {Client.Rate!.Count} requests per {Client.Rate.Unit}";
        log.LogInformation(
            "{Peer} {Connection} {Fingerprint}: a request is refused: {Reason}", Peer, Peer.Mark, Client.Key.Fingerprint, text);
        throw new RefusalException(
            ErrorCode.Limit,
            text,
            $"try again in {Math.Ceiling(wait.TotalSeconds)} s");
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

    private void Check(KeyRefusal? refusal, string text)
    {
        if (refusal is null)
            return;
        Refusals.Report(refusal, text);
        throw new RefusalException(ErrorCode.Forbidden, refusal.Text, refusal.Hint);
    }
}
