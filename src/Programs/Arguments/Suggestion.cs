namespace RemoteShell.Cli.Arguments;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Suggestion
{
    // One mistake in each three characters.
    private const int CharactersPerMistake = 3;

    /// <summary><c>; did you mean 'run'?</c>, or nothing if no candidate is close.</summary>
    public static string For(string word, IEnumerable<string> candidates)
    {
        string bare = word.TrimStart('-');
        int limit = Math.Max(1, bare.Length / CharactersPerMistake);
        string? best = candidates
            .Select(candidate => (Word: candidate, Mistakes: MistakesBetween(bare, candidate.TrimStart('-'))))
            .Where(found => found.Mistakes <= limit && found.Mistakes < Math.Max(bare.Length, 2))
            .OrderBy(found => found.Mistakes)
            .Select(found => found.Word)
            .FirstOrDefault();
        return best is null ? "" : $"; did you mean '{best}'?";
    }

    // Inserted, dropped, changed and exchanged characters. A beginning of the candidate counts as one mistake.
    private static int MistakesBetween(string typed, string meant)
    {
        if (typed.Length >= 2 && meant.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            return typed.Length == meant.Length ? 0 : 1;
        var cost = new int[typed.Length + 1, meant.Length + 1];
        for (int i = 0; i <= typed.Length; i++)
            cost[i, 0] = i;
        for (int j = 0; j <= meant.Length; j++)
            cost[0, j] = j;
        for (int i = 1; i <= typed.Length; i++)
        {
            for (int j = 1; j <= meant.Length; j++)
            {
                int change = typed[i - 1] == meant[j - 1] ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + change);
                bool isExchange = i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1];
                if (isExchange)
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[typed.Length, meant.Length];
    }
}
