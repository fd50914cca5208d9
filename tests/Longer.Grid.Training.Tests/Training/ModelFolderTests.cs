using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

/// <summary>A model folder that is written over another model's, and a run that ends on the way.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private static readonly TrainingSet Set = TinySet.Of(1, steps: 50);

    private static readonly LongerConfig Old = TinySet.Config(Set);

    // Weights of both fit either config.
    private static readonly LongerConfig New = Old with { Tasks = ["another"] };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_model_takes_the_place_of_the_old_one_and_leaves_nothing_else()
    {
        Save(Old, 1);

        var version = Save(New, 2);

        Assert.Equal(version, ModelPackage.Load(_folder.Path).Version);
        Assert.Equal(["config.json", "metrics.json", "weights.safetensors"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    // A folder of a file's name stops the run at that file, as a crash would.
    [Theory]
    [InlineData("config.json")]
    [InlineData("metrics.json")]
    [InlineData("weights.safetensors")]
    public void A_run_that_ends_at_any_file_leaves_no_files_of_two_models_that_look_like_one(string stopsAt)
    {
        Save(Old, 1);
        File.Delete(Path.Combine(_folder.Path, stopsAt));
        Directory.CreateDirectory(Path.Combine(_folder.Path, stopsAt));

        Assert.ThrowsAny<SystemException>(() => Save(New, 2));

        Directory.Delete(Path.Combine(_folder.Path, stopsAt));
        if (stopsAt == "config.json")
        {
            File.WriteAllBytes(Path.Combine(_folder.Path, stopsAt), LongerConfigJson.Write(Old));
            Assert.Equal(ModelInitializer.Random(Old, 1)["head.in.weight"], ModelPackage.Load(_folder.Path).Weights["head.in.weight"]);
        }
        else
        {
            Assert.Throws<ModelFormatException>(() => ModelPackage.Load(_folder.Path));
            Assert.False(File.Exists(Path.Combine(_folder.Path, "config.json")));
        }

        Assert.Empty(Directory.GetDirectories(_folder.Path));
    }

    private string Save(LongerConfig config, int seed) => ModelTraining.Save(_folder.Path, config, ModelInitializer.Random(config, seed), new ModelMetrics
    {
        Tasks = new Dictionary<string, RankingMetrics>(),
        Source = SampleSource.Impressions,
        TrainRequests = 1,
        TestRequests = 1,
        TrainFromMs = 0,
        TestFromMs = 1,
        TestToMs = 2,
        TrainSeconds = 3,
        Parameters = 4,
        Report = new(0, 0, [], []),
    });
}
