using System.Text;

namespace RemoteShell.Protocol.Messages;

/// <summary>The shell's state after a <see cref="ExecRequest.Line"/>, as JSON in the stream <c>session</c>.</summary>
/// <param name="Cwd">The working directory.</param>
/// <param name="Env">Exported variables that differ from those of a login.</param>
/// <param name="Unset">Variables of a login that were unset.</param>
public sealed record ShellState(string Cwd, IReadOnlyDictionary<string, string> Env, IReadOnlyList<string> Unset)
{
    internal string? FindFault() => WireRange.Texts("env", Env) ?? WireRange.Texts("unset", Unset, int.MaxValue);

    // Prints the names of variables only, because their values may be secret.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Cwd = ").Append(Cwd).Append(", Env = ").AppendJoin(' ', Env.Keys);
        return true;
    }
}
