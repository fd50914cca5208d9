using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Training.Tests;

/// <summary>The gradients of a step, of tables by row and of all else, are those of the loss.</summary>
public sealed class GradientTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(21)]
    public void A_step_follows_the_slope_of_the_loss(int seed)
    {
        var model = RandomModels.Of(seed);
        var random = new Random(seed);
        var users = Enumerable.Range(0, 3).Select(i =>
        {
            var it = RandomHistories.Case((1000 * seed) + i, model.Config);
            var labels = it.Request().Candidates.SelectMany(_ => model.Config.Tasks).Select(_ => (float)random.Next(2)).ToArray();
            return new EncodedUser(model.Config, it.Samples(), [new Request("r", it.AtMs, it.Events.Count, it.Request().Candidates, labels)]);
        }).ToList();
        using var module = new LongerModule(model.Config, model.Weights);
        List<RequestSpan> step = [.. users.Select(user => new RequestSpan(user, 0, 1))];
        var gradients = new StepGradients(module);
        Loss(gradients);

        foreach (var spec in module.Specs)
        {
            // Along a direction, since a single weight's slope drowns in rounding: what is not in a table's gradient has none.
            var direction = new float[spec.Elements];
            for (var i = 0; i < direction.Length; i++)
            {
                direction[i] = (2 * random.NextSingle()) - 1;
            }

            var slope = Slope(gradients, spec, direction);
            const float Far = 2e-3f;
            var measured = (At(Far) - At(-Far)) / (2 * Far);
            Assert.True(Math.Abs(slope - measured) < 2e-3 + (0.02 * Math.Abs(measured)), $"seed {seed}, {spec.Name}: {slope}, measured {measured}");

            double At(float far)
            {
                var weights = module[spec.Name].Floats();
                for (var i = 0; i < direction.Length; i++)
                {
                    weights[i] += far * direction[i];
                }

                var loss = Loss(new StepGradients(module));
                model.Weights[spec.Name].CopyTo(module[spec.Name].Floats());
                return loss;
            }
        }

        double Loss(StepGradients into)
        {
            using var threads = new TrainingThreads(2);
            RankingModule[] replicas = [module.Replica(), module.Replica()];
            var loss = TrainingSteps.Backward(step, replicas, threads);
            Array.ForEach(replicas, into.TakeFrom);
            Array.ForEach(replicas, replica => replica.Dispose());
            return loss;
        }
    }

    private static double Slope(StepGradients gradients, TensorSpec spec, float[] direction)
    {
        if (gradients.Dense.TryGetValue(spec.Name, out var dense))
        {
            return dense.Zip(direction, (g, d) => (double)g * d).Sum();
        }

        var table = gradients.Tables[spec.Name];
        var sum = 0.0;
        for (var i = 0; i < table.Rows.Count; i++)
        {
            for (var c = 0; c < table.Width; c++)
            {
                sum += (double)table[i][c] * direction[(table.Rows[i] * table.Width) + c];
            }
        }

        return sum;
    }
}
