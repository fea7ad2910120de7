using System.Text;
using RemoteShell.Client.Connections;
using RemoteShell.Client.Requests;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A shell at the server that runs lines: variables, functions and the folder stay from line to line.</summary>
/// <remarks>
/// Each line is a job of its own, with its own verified output and exit status. Disposing ends the conversation, unless
/// <see cref="LeaveRunning"/> was called or it was taken over from another client.
/// </remarks>
public sealed class RemoteConversation : IAsyncDisposable
{
    private readonly RemoteShellClient _client;
    private readonly ReconnectingConnection _link;
    private readonly RemoteJob _job;
    private readonly string? _encoding;

    internal RemoteConversation(RemoteShellClient client, ReconnectingConnection link, RemoteJob job, string? encoding)
        => (_client, _link, _job, _encoding, WorkingDirectory) = (client, link, job, encoding, job.WorkingDirectory);

    /// <summary>The id of the conversation's job.</summary>
    public string Id => _job.Id;

    /// <summary>The path of the shell.</summary>
    public string Shell => _job.Shell ?? "";

    /// <summary>The working directory after the last line; null if it is not known.</summary>
    public string? WorkingDirectory { get; private set; }

    /// <summary>How the shell ended, after the output of processes in the background was delivered and verified.</summary>
    /// <remarks>Throws as <see cref="RemoteJob.Completion"/> does.</remarks>
    public Task<CommandResult> Completion => _job.Completion;

    /// <summary>Starts a line. <see cref="RemoteJob.Completion"/> is its result; then call <see cref="Take"/>.</summary>
    /// <param name="line">The text, which may have several lines. It runs when the lines before it have ended.</param>
    /// <param name="streams">Where its output goes; a line has no input.</param>
    /// <param name="cancellationToken">Ends the line, also after this method has returned.</param>
    /// <exception cref="RequestRefusedException">
    /// The conversation has ended, the line is too long, or the server refuses the line.
    /// </exception>
    /// <exception cref="RequestNotSentException">The token was cancelled while there was no connection to send the line.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost, and the client could not reconnect within <see cref="ClientOptions.GiveUp"/>.
    /// </exception>
    public Task<RemoteJob> StartLineAsync(string line, CommandStreams streams, CancellationToken cancellationToken = default)
        => _client.StartAsync(LineCommand(line), streams, cancellationToken);

    /// <summary>The command that runs a line, for <see cref="RemoteShellClient.StartAsync"/>.</summary>
    /// <remarks>
    /// It keeps for an hour when the client disappears, as the conversation does. With <see cref="RemoteCommand.After"/> it can be sent
    /// while the line before it runs.
    /// </remarks>
    public RemoteCommand LineCommand(string line) => RemoteCommand.Line(Id, line) with
    {
        Encoding = _encoding,
        OnDisconnect = DisconnectPolicy.KeepFor(TimeSpan.FromHours(1)),
    };

    /// <summary>Notes the working directory that a line has left.</summary>
    public void Take(CommandResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        WorkingDirectory = result.WorkingDirectory ?? WorkingDirectory;
    }

    /// <summary>Completes a word with the help of the shell.</summary>
    /// <param name="text">
    /// The beginning of the word, without quotes. In a path, a variable or a <c>~</c> at the beginning is expanded unless it has a
    /// backslash.
    /// </param>
    /// <param name="target">What the word stands for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RequestRefusedException">The server refuses the request.</exception>
    /// <exception cref="UnverifiedOutputException">The list is damaged or incomplete.</exception>
    /// <exception cref="ConnectionLostException">The server ended the connection.</exception>
    public async Task<IReadOnlyList<Completion>> CompleteAsync(
        string text, CompletionTarget target, CancellationToken cancellationToken = default)
    {
        var request = new CompleteRequest
        {
            Text = text,
            Command = target == CompletionTarget.Command,
            Variable = target == CompletionTarget.Variable,
            User = target == CompletionTarget.User,
            In = Id,
        };
        return await ListCall.FetchAsync(
            _link, request, "completions", line => Client.Completion.Parse(Encoding.UTF8.GetString(line.Span)), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Makes a later cancellation or disposal leave the shell running, so that a client can take it over.</summary>
    public void LeaveRunning() => _job.LeaveRunning();

    /// <summary>Stops waiting for the conversation, as the remarks of this type say.</summary>
    public ValueTask DisposeAsync() => _job.DisposeAsync();
}
