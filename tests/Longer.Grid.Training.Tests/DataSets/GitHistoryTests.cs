namespace Longer.Grid.Training.Tests;

public sealed class GitHistoryTests : IDisposable
{
    private const long Start = 1_000_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_commit_is_an_event_of_each_file_that_it_touches()
    {
        var repository = TemporaryRepository.Create(Path.Combine(_folder.Path, "engine"));
        repository.Write("src/Core/Deep/a.cs", "1");
        repository.Write(".gitignore", "1");
        repository.Write("Makefile", "1");
        repository.Commit("ann", Start);
        repository.Write("src/Core/Deep/a.cs", "2");
        repository.Commit("ben", Start + 10);
        File.Move(Path.Combine(repository.Path, "src/Core/Deep/a.cs"), Path.Combine(repository.Path, "src/Core/Deep/b é\n\".cs"));
        File.Move(Path.Combine(repository.Path, "Makefile"), Path.Combine(repository.Path, "größe"));
        repository.Commit("ann", Start + 20);

        var history = Read(repository.Path);

        Assert.Equal(
            [
                "add engine/.gitignore 0 dir=engine", "add engine/Makefile 0 dir=engine", "add engine/src/Core/Deep/a.cs 0 dir=engine/src/Core,ext=cs",
                "modify engine/src/Core/Deep/a.cs 10 dir=engine/src/Core,ext=cs",
                "delete engine/Makefile 20 dir=engine", "add engine/größe 20 dir=engine", "delete engine/src/Core/Deep/a.cs 20 dir=engine/src/Core,ext=cs",
            ],
            history.Data.Log.Users.SelectMany(u => u.Events)
                .OrderBy(e => e.AtMs)
                .Select(e => $"{e.Action} {e.ItemId} {(e.AtMs / 1000) - Start} {string.Join(',', e.Sides.Select(s => $"{s.Key}={s.Value}"))}")
                .OrderBy(e => e.Split(' ')[2].Length).ThenBy(e => e.Split(' ')[2], StringComparer.Ordinal).ThenBy(e => e.Split(' ')[1], StringComparer.Ordinal));

        // The renamed file's new name has a line break, so that it cannot be an id.
        Assert.Equal(1, history.Report.UnusablePaths);
        Assert.Equal(3, history.Report.Commits);
    }

    [Fact]
    public void A_request_is_what_a_commit_modified_against_existing_files_that_it_did_not_touch()
    {
        var repository = Busy("busy", commits: 120);

        var data = Read(repository.Path).Data;

        Assert.Equal(SampleSource.Impressions, data.Samples.Source);
        Assert.Equal(["touched"], data.Samples.Tasks);
        Assert.Equal(["dir", "ext"], data.Samples.Sides.Select(s => s.Name));
        var samples = data.Samples.SamplesByTime();
        Assert.InRange(samples.Count, 60, 119);
        Assert.All(samples, sample =>
        {
            var commit = data.Log.Find(sample.User.UserId)!.Events.Where(e => e.AtMs == sample.Request.AtMs).ToList();
            var modified = commit.Where(e => e.Action == "modify").Select(e => e.ItemId).ToHashSet();
            var touched = commit.Select(e => e.ItemId).ToHashSet();
            for (var c = 0; c < sample.Request.Candidates.Count; c++)
            {
                var item = sample.Request.Candidates[c].ItemId;
                Assert.True(sample.Request.Label(c, 0) == 1 ? modified.Contains(item) : !touched.Contains(item));
                Assert.DoesNotContain("gone", item, StringComparison.Ordinal);
            }
        });
        Assert.InRange(samples.Average(s => s.Request.Labels.ToArray().Average()), 0.19, 0.25);
    }

    [Fact]
    public void Reading_again_gives_the_same_and_shows_no_address()
    {
        var repository = Busy("busy", commits: 40);

        Assert.Equal(All(), All());
        Assert.DoesNotContain("@", string.Concat(Read(repository.Path).Data.Samples.Users.Select(u => u.UserId)), StringComparison.Ordinal);

        List<string> All() =>
            [.. Read(repository.Path).Data.Samples.SamplesByTime().Select(s => $"{s.User.UserId} {s.Request.Id} {string.Join(' ', s.Request.Candidates.Select(c => c.ItemId))}")];
    }

    [Fact]
    public void Bare_shallow_and_several_clones_work_and_a_contributor_to_several_is_one_user()
    {
        var one = Busy("one", commits: 40);
        var bare = Path.Combine(_folder.Path, "bare.git");
        one.Git("clone", "--quiet", "--bare", one.Path, bare);
        var shallow = Path.Combine(_folder.Path, "shallow");
        one.Git("clone", "--quiet", "--depth=20", $"file://{one.Path}", shallow);

        var both = Read(bare, Path.Combine(one.Path, "src"));

        Assert.Equal(80, both.Report.Commits);
        Assert.Equal(Read(bare).Data.Log.Users.Count, both.Data.Log.Users.Count);
        Assert.Equal(["bare", "one"], both.Data.Log.Users.SelectMany(u => u.Events).Select(e => e.ItemId.Split('/')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(20, Read(shallow).Report.Commits);
    }

    [Fact]
    public void Large_commits_and_contributors_with_few_events_are_left_out()
    {
        var repository = TemporaryRepository.Create(Path.Combine(_folder.Path, "sizes"));
        for (var i = 0; i < 61; i++)
        {
            repository.Write($"src/{i}", "1");
        }

        repository.Commit("ann", Start);
        for (var commit = 1; commit <= 10; commit++)
        {
            for (var i = 0; i < 6; i++)
            {
                repository.Write($"src/{commit + i}", $"changed {commit}");
            }

            repository.Commit(commit == 10 ? "passer-by" : "ben", Start + commit);
        }

        var history = GitHistory.Read([repository.Path], new() { EnoughContributors = 1 }, TimeProvider.System);

        Assert.Equal((1, 50, 1, 1), (history.Report.LargeCommits, history.Report.FewestEvents, history.Report.Contributors, history.Report.ContributorsLeftOut));
        Assert.Equal(54, history.Data.Log.Report.Accepted);

        // The first of the nine has nothing to be shown against: only the large commit came before it.
        Assert.Equal(8, history.Data.Samples.SamplesByTime().Count);
    }

    [Fact]
    public void A_small_repository_keeps_everyone_by_a_lower_threshold()
    {
        var repository = TemporaryRepository.Create(Path.Combine(_folder.Path, "small"));
        repository.Write("a", "1");
        repository.Write("b", "1");
        repository.Commit("ann", Start);
        repository.Write("a", "2");
        repository.Commit("ben", Start + 1);
        repository.Write("b", "2");
        repository.Commit("ann", Start + 2);

        var history = Read(repository.Path);

        Assert.Equal((1, 2), (history.Report.FewestEvents, history.Report.Contributors));
        Assert.Single(RequestSplit.Of(history.Data.Samples, new SplitRule()).Test);
    }

    // Where .git is a file that names the repository, as in a submodule.
    [Fact]
    public void A_linked_working_tree_is_read_as_its_repository()
    {
        var repository = Busy("own", commits: 10);
        var linked = Path.Combine(_folder.Path, "linked");
        repository.Git("worktree", "add", "--quiet", "--detach", linked);

        var history = Read(linked);

        Assert.True(File.Exists(Path.Combine(linked, ".git")));
        Assert.Equal(10, history.Report.Commits);
        Assert.NotEmpty(history.Data.Samples.SamplesByTime());
    }

    [Fact]
    public void A_path_without_a_repository_or_a_commit_is_named()
    {
        var plain = Directory.CreateDirectory(Path.Combine(_folder.Path, "plain")).FullName;
        var empty = TemporaryRepository.Create(Path.Combine(_folder.Path, "empty")).Path;

        Assert.Equal("nowhere is not a folder; accepted is a local clone of a git repository", Assert.Throws<DataSetException>(() => Read("nowhere")).Message);
        Assert.StartsWith($"{plain}: git says: fatal: not a git repository", Assert.Throws<DataSetException>(() => Read(plain)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{empty} is a repository without a commit", Assert.Throws<DataSetException>(() => Read(empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_that_modifies_nothing_says_so_and_what_was_read()
    {
        var repository = TemporaryRepository.Create(Path.Combine(_folder.Path, "once"));
        repository.Write("a", "1");
        repository.Commit("ann", Start);

        var error = Assert.Throws<DataSetException>(() => Read(repository.Path));

        Assert.Contains("no commit of at most 60 files modifies a file while there are others (1 commits of 1 repositories read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_is_told_apart_whatever_the_paths_are_and_wherever_a_buffer_ends()
    {
        // A path that looks like a commit's beginning, and a commit without files between two others.
        byte[] log = [.. "\u000112\0a@b\0Ann\0\nM\0\u000199\0A\0x y\0\u000113\0c@d\0\0\u000114\0\0Eve\0\nD\0"u8, 0xFF, 0, .. "T\0z\0"u8];

        foreach (var chunk in new[] { 1, 7, 65_536 })
        {
            var commits = GitLogParser.Parse(new Trickle(log, chunk)).ToList();

            Assert.Equal([(12, "a@b", "Ann", 2), (13, "c@d", "", 0), (14, "", "Eve", 2)], commits.Select(c => (c.AtSeconds, c.Email, c.Name, c.Touches.Count)));
            Assert.Equal(["modify \u000199", "add x y"], commits[0].Touches.Select(t => $"{t.Action} {t.Path}"));
            Assert.Equal(["delete ", "modify z"], commits[2].Touches.Select(t => $"{t.Action} {t.Path}"));
        }
    }

    private static GitHistory Read(params string[] paths) => GitHistory.Read(paths, new(), TimeProvider.System);

    // Three contributors who each keep to a folder most of the time; some files come and go.
    private TemporaryRepository Busy(string name, int commits)
    {
        var repository = TemporaryRepository.Create(Path.Combine(_folder.Path, name));
        var random = new Random(5);
        for (var commit = 0; commit < commits; commit++)
        {
            var author = commit % 3;
            for (var i = 0; i < 3; i++)
            {
                repository.Write($"src/{(random.Next(4) == 0 ? random.Next(3) : author)}/{random.Next(8)}.cs", $"{commit}");
            }

            var passing = Path.Combine(repository.Path, "gone");
            if (File.Exists(passing))
            {
                File.Delete(passing);
            }
            else if (commit % 10 == 4)
            {
                repository.Write("gone", "1");
            }

            repository.Commit($"author{author}", Start + commit);
        }

        return repository;
    }

    private sealed class Trickle(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, chunk));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, chunk)]);
    }
}
