using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Transport;

public class StateMigrationTests
{
    [Fact]
    public void File_moves_once_and_a_newer_one_is_kept()
    {
        using var folder = new TemporaryFolder();
        string from = Directory.CreateDirectory(folder["config"]).FullName, to = folder["state"];
        File.WriteAllText(Path.Combine(from, "history"), "old");

        Assert.Equal([Path.Combine(to, "history")], StateMigration.Move(from, to, "history", "absent"));
        Assert.Equal("old", File.ReadAllText(Path.Combine(to, "history")));
        Assert.False(File.Exists(Path.Combine(from, "history")));

        File.WriteAllText(Path.Combine(from, "history"), "older");
        Assert.Empty(StateMigration.Move(from, to, "history"));
        Assert.Equal("old", File.ReadAllText(Path.Combine(to, "history")));
    }

    [Fact]
    public void Moved_folder_leaves_a_link_that_is_not_moved_again()
    {
        using var folder = new TemporaryFolder();
        string from = folder["config"], to = folder["state"];
        Directory.CreateDirectory(Path.Combine(from, "jobs", "one"));

        Assert.Single(StateMigration.Move(from, to, "jobs"));
        Assert.True(Directory.Exists(Path.Combine(from, "jobs", "one")));
        Assert.Equal(Path.Combine(to, "jobs"), File.ResolveLinkTarget(Path.Combine(from, "jobs"), false)!.FullName);
        Assert.Empty(StateMigration.Move(from, to, "jobs"));
    }

    [Fact]
    public void Same_folder_for_both_moves_nothing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["history"], "kept");
        Assert.Empty(StateMigration.Move(folder.Path, folder.Path, "history"));
        Assert.Equal("kept", File.ReadAllText(folder["history"]));
    }

    [Fact]
    public void Failed_move_leaves_the_file_and_the_error_names_both_paths()
    {
        using var folder = new TemporaryFolder();
        string from = Directory.CreateDirectory(folder["config"]).FullName;
        File.WriteAllText(Path.Combine(from, "history"), "kept");
        File.WriteAllText(folder["file"], "");

        var failure = Assert.Throws<RemoteShellException>(() => StateMigration.Move(from, folder["file"], "history"));
        Assert.Contains(Path.Combine(from, "history"), failure.Message);
        Assert.Contains("mv '", failure.Hint);
        Assert.Equal("kept", File.ReadAllText(Path.Combine(from, "history")));
    }
}
