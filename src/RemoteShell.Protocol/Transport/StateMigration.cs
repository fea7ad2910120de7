namespace RemoteShell.Protocol.Transport;

/// <summary>Moves state that earlier versions kept beside the configuration into the state folder.</summary>
public static class StateMigration
{
    /// <summary>Moves the named files and folders if they exist in the old place and not in the new one.</summary>
    /// <param name="configuration">The folder where earlier versions kept state.</param>
    /// <param name="state">The folder where state belongs.</param>
    /// <param name="names">Names of files or folders.</param>
    /// <returns>The new path of each that was moved.</returns>
    /// <remarks>A moved folder leaves a symbolic link in its old place, for processes that run and know its old path.</remarks>
    /// <exception cref="RemoteShellException">A file or folder cannot be moved.</exception>
    public static IReadOnlyList<string> Move(string configuration, string state, params ReadOnlySpan<string> names)
    {
        List<string> moved = [];
        if (Path.GetFullPath(configuration) == Path.GetFullPath(state))
            return moved;
        foreach (string name in names)
        {
            string from = Path.Combine(configuration, name), to = Path.Combine(state, name);
            if (!Path.Exists(from) || File.ResolveLinkTarget(from, returnFinalTarget: false) is not null || Path.Exists(to))
                continue;
            try
            {
                PrivateFolder.Create(state);
                MoveOne(from, to);
                moved.Add(to);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new RemoteShellException($"cannot move {from} to {to}: {e.Message}", e)
                {
                    Hint = $"move it, or remove it: mv '{from}' '{to}'",
                };
            }
        }

        return moved;
    }

    private static void MoveOne(string from, string to)
    {
        if (!Directory.Exists(from))
        {
            File.Move(from, to);
            return;
        }

        Directory.Move(from, to);
        Directory.CreateSymbolicLink(from, to);
    }
}
