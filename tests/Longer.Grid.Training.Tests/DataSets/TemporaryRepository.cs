using System.Diagnostics;

namespace Longer.Grid.Training.Tests;

/// <summary>A git repository that goes with its test.</summary>
public sealed class TemporaryRepository(string path)
{
    public string Path { get; } = path;

    public static TemporaryRepository Create(string path)
    {
        Directory.CreateDirectory(path);
        var repository = new TemporaryRepository(path);
        repository.Git("init", "--quiet");
        return repository;
    }

    public void Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Commits all that has changed.</summary>
    public void Commit(string author, long atSeconds)
    {
        Git("add", "--all");
        Git("-c", "user.name=committer", "-c", "user.email=committer@example.org", "commit", "--quiet", "--allow-empty", "--message=m",
            $"--author={author} <{author}@example.org>", $"--date={atSeconds} +0000");
    }

    public void Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Path, RedirectStandardError = true })!;
        var errors = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, errors);
    }
}
