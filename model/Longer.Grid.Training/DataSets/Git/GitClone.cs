using System.ComponentModel;
using System.Diagnostics;

namespace Longer.Grid.Training;

/// <summary>A local clone, read through the <c>git</c> command. Bare and shallow ones work with what they have.</summary>
internal sealed class GitClone
{
    private readonly string _path;

    private GitClone(string path, string name)
    {
        _path = path;
        Name = name;
    }

    /// <summary>The name of the clone's folder, without <c>.git</c>.</summary>
    public string Name { get; }

    /// <summary>Finds a clone.</summary>
    /// <param name="path">Its folder, one inside its working tree, or a bare repository.</param>
    /// <exception cref="DataSetException">There is no <c>git</c> command, or no repository at this path.</exception>
    public static GitClone Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DataSetException($"{path} is not a folder; accepted is a local clone of a git repository");
        }

        // Two lines: whether there is a working tree around this path, and the repository itself.
        var about = Answer(path, "rev-parse", "--is-inside-work-tree", "--absolute-git-dir").Split('\n');
        var root = about[0] == "true" ? Answer(path, "rev-parse", "--show-toplevel") : about[1];
        if (Ask(path, "rev-parse", "--quiet", "--verify", "HEAD").ExitCode != 0)
        {
            throw new DataSetException($"{path} is a repository without a commit; accepted is one that HEAD has commits in");
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(root));
        name = name == ".git" ? Path.GetFileName(Path.GetDirectoryName(root)!) : name;
        return new(path, name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name);
    }

    /// <summary>
    /// Every commit that HEAD reaches, merges left out, newest first. A renamed file is one deleted and one added: that is what its
    /// author's commit did to the two paths, and git need not read a single file to tell.
    /// </summary>
    /// <exception cref="DataSetException">While enumerating: the repository has no commit, or git fails.</exception>
    public IEnumerable<GitCommit> Commits()
    {
        using var git = Start(
            _path, "-c", "log.showSignature=false", "log", "-z", "--no-merges", "--no-renames", "--name-status", "--no-color", "--encoding=UTF-8",
            $"--format={GitLogParser.Format}", "HEAD", "--");
        try
        {
            var errors = git.StandardError.ReadToEndAsync();
            foreach (var commit in GitLogParser.Parse(git.StandardOutput.BaseStream))
            {
                yield return commit;
            }

            git.WaitForExit();
            if (git.ExitCode != 0)
            {
                throw Failed(_path, errors.GetAwaiter().GetResult());
            }
        }
        finally
        {
            // The reader may have stopped early.
            if (!git.HasExited)
            {
                git.Kill();
            }
        }
    }

    private static string Answer(string path, params ReadOnlySpan<string> arguments)
    {
        var (exitCode, answer, errors) = Ask(path, arguments);
        return exitCode == 0 ? answer.TrimEnd('\n') : throw Failed(path, errors);
    }

    private static (int ExitCode, string Answer, string Errors) Ask(string path, params ReadOnlySpan<string> arguments)
    {
        using var git = Start(path, arguments);
        var errors = git.StandardError.ReadToEndAsync();
        var answer = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return (git.ExitCode, answer, errors.GetAwaiter().GetResult());
    }

    private static Process Start(string path, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = path };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A hook or another git may have set these for its own repository.
        start.Environment.Remove("GIT_DIR");
        start.Environment.Remove("GIT_WORK_TREE");
        start.Environment.Remove("GIT_INDEX_FILE");
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DataSetException($"the git command cannot be started, which reads {path}: {e.Message}", e);
        }
    }

    private static DataSetException Failed(string path, string errors) => new($"{path}: git says: {errors.Trim()}");
}
