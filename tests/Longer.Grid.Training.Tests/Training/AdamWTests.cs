namespace Longer.Grid.Training.Tests;

/// <summary>The optimizer beside Loshchilov and Hutter's formula, one number after another in double precision.</summary>
public sealed class AdamWTests
{
    private const double Decay = 0.1;
    private const double Longest = 1;

    private static readonly TrainingSet Set = TinySet.Of(1, steps: 50);

    // Two that are longer than is allowed and one that is not.
    private static readonly (double Length, double Rate)[] Steps = [(5, 0.01), (0.4, 0.02), (3, 0.005)];

    [Fact]
    public void Three_steps_are_those_of_the_formula()
    {
        var config = TinySet.Config(Set);
        using var module = new LongerModule(config, ModelInitializer.Random(config, 1));
        var expected = module.Specs.ToDictionary(spec => spec.Name, spec => module[spec.Name].Floats().ToArray().Select(w => new Formula(w)).ToArray());
        var optimizer = new AdamW(module, Decay);
        var gradients = new StepGradients(module);
        var random = new Random(4);

        for (var step = 0; step < Steps.Length; step++)
        {
            gradients.Clear();
            var touched = Fill(gradients, random, step, Steps[step].Length);
            var shortened = Math.Min(1, Longest / Steps[step].Length);

            optimizer.Step(gradients, Steps[step].Rate, Longest);

            foreach (var (name, at, gradient) in touched)
            {
                expected[name][at].Step(step + 1, gradient * shortened, Steps[step].Rate, Decays(name) ? Decay : 0);
            }
        }

        foreach (var spec in module.Specs)
        {
            var actual = module[spec.Name].Floats().ToArray();
            Assert.All(Enumerable.Range(0, actual.Length), i => Assert.Equal(expected[spec.Name][i].Weight, actual[i], 2e-6));
        }
    }

    [Fact]
    public void A_row_that_no_step_touches_keeps_every_bit_and_one_that_a_step_leaves_out_keeps_its_moments()
    {
        var config = TinySet.Config(Set);
        using var module = new LongerModule(config, ModelInitializer.Random(config, 1));
        var before = module["item.weight"].Floats().ToArray();
        var optimizer = new AdamW(module, Decay);
        var gradients = new StepGradients(module);
        var width = config.Item.Dim;
        var formula = new Formula(before[3 * width]);
        for (var step = 1; step <= 3; step++)
        {
            gradients.Clear();
            if (step != 2)
            {
                var row = new float[width];
                row[0] = 0.5f;
                gradients.Tables["item.weight"].Add([3], row);
                formula.Step(step, 0.5, 0.01, 0);
            }

            optimizer.Step(gradients, 0.01, Longest);
        }

        var after = module["item.weight"].Floats().ToArray();
        Assert.Equal(formula.Weight, after[3 * width], 1e-6);
        Assert.Equal([.. before[..(3 * width)], .. before[((3 * width) + 1)..]], (float[])[.. after[..(3 * width)], .. after[((3 * width) + 1)..]]);
    }

    // Linear maps decay; tables of any kind, norms and biases do not.
    private static bool Decays(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal)
        && name.Split('.') is var parts
        && parts[0] is "event" or "candidate" or "head" or "layers" or "inner"
        && parts[^2] is "in" or "out" or "q" or "k" or "v" or "o";

    // Gradients of a given length over all parameters; of each table, two rows: row 1 in every step, row 2 not in the second.
    private static List<(string Name, int At, double Gradient)> Fill(StepGradients gradients, Random random, int step, double length)
    {
        var drawn = new List<(string Name, int At, double Value)>();
        foreach (var (name, dense) in gradients.Dense)
        {
            drawn.AddRange(Enumerable.Range(0, dense.Length).Select(at => (name, at, random.NextDouble() - 0.5)));
        }

        foreach (var (name, rows) in gradients.Tables)
        {
            int[] touched = step == 1 ? [1] : [1, 2];
            drawn.AddRange(touched.SelectMany(row => Enumerable.Range(row * rows.Width, rows.Width)).Select(at => (name, at, random.NextDouble() - 0.5)));
        }

        var scale = length / Math.Sqrt(drawn.Sum(one => one.Value * one.Value));
        var scaled = drawn.Select(one => (one.Name, one.At, Gradient: one.Value * scale)).ToList();
        foreach (var tensor in scaled.GroupBy(one => one.Name))
        {
            if (gradients.Dense.TryGetValue(tensor.Key, out var dense))
            {
                foreach (var (_, at, gradient) in tensor)
                {
                    dense[at] = (float)gradient;
                }
            }
            else
            {
                var rows = gradients.Tables[tensor.Key];
                rows.Add([.. tensor.Select(one => one.At / rows.Width).Distinct()], [.. tensor.Select(one => (float)one.Gradient)]);
            }
        }

        return scaled;
    }

    /// <summary>One weight and its moments.</summary>
    private sealed class Formula(double weight)
    {
        private double _first;
        private double _second;

        public double Weight { get; private set; } = weight;

        public void Step(int step, double gradient, double rate, double decay)
        {
            _first = (0.9 * _first) + (0.1 * gradient);
            _second = (0.999 * _second) + (0.001 * gradient * gradient);

            // Epsilon is added before the correction: the order of Kingma and Ba's section 2.
            var first = _first / (1 - Math.Pow(0.9, step));
            var root = (Math.Sqrt(_second) + 1e-8) / Math.Sqrt(1 - Math.Pow(0.999, step));
            Weight -= (rate * decay * Weight) + (rate * first / root);
        }
    }
}
