using System.Text;

namespace RemoteShell.Client;

/// <summary>The folder and variables that a line of a prompt left behind, for the next line.</summary>
/// <param name="WorkingDirectory">The working directory.</param>
/// <param name="Environment">Exported variables that differ from a login's.</param>
/// <param name="Unset">Variables of a login that the line removed.</param>
public sealed record ShellState(string WorkingDirectory, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Unset)
{
    // A record prints all its members; values of variables may be secrets, so only their names are printed.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("WorkingDirectory = ").Append(WorkingDirectory).Append(", Environment = ").AppendJoin(' ', Environment.Keys);
        return true;
    }
}
