using System.CommandLine;

namespace RemoteShell.Cli.Arguments;

/// <summary>Options that take one of a few words.</summary>
internal static class OptionChoices
{
    /// <summary>Makes the option take these words only.</summary>
    public static Option<string> OneOf(this Option<string> option, params string[] words)
    {
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            foreach (string word in result.Tokens.Select(token => token.Value).Where(word => !words.Contains(word)))
            {
                string all = $"{string.Join(", ", words[..^1])} or {words[^1]}";
                result.AddError($"{option.Name} takes {all}, not '{word}'{Suggestion.For(word, words)}");
            }
        });
        return option;
    }
}
