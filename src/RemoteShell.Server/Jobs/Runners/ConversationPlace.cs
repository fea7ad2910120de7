using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Where a job belongs in a conversation.</summary>
/// <param name="Shell">The conversation's shell.</param>
/// <param name="Before">For a line: the line that must have run before it; null: it runs in its turn.</param>
internal sealed record ConversationPlace(ConversationShell Shell, Job? Before);
