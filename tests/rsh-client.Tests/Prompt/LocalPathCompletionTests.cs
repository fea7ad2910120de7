using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt;

/// <summary>The completion of local paths.</summary>
public class LocalPathCompletionTests
{
    [Fact]
    public void Put_completes_names_of_local_files_and_folders()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["some dir"]);
        File.WriteAllText(folder["some file"], "");
        File.WriteAllText(folder[".some"], "");
        Assert.Equal([$"{folder.Path}/some\\ dir/", $"{folder.Path}/some\\ file "], Of($":put -r {folder.Path}/so"));
        Assert.Equal([$"{folder.Path}/.some "], Of($":put {folder.Path}/.s"));
        Assert.Empty(Of($":put {folder.Path}/none/x"));
        Assert.Empty(Of(":put $HOME/x"));
    }

    private static string[] Of(string line)
        => [.. LocalPathCompletion.Of(CompletionWord.At(line, line.Length)).Select(item => item.WithEnd)];
}
