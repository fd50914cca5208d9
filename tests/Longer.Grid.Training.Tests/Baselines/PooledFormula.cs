namespace Longer.Grid.Training.Tests;

/// <summary>Sum pooling, or a Deep Interest Network's weights, in double precision and one event after another.</summary>
internal sealed class PooledFormula(PooledModule module, EncodedUser user, EncodedRequest request, int newest)
{
    /// <summary>Shape <c>[candidates, tasks]</c>.</summary>
    public double[] Logits()
    {
        var width = module.Config.EventDim;
        var to = (int)(request.NextOrdinal - user.FirstOrdinal);
        var events = Enumerable.Range(0, to).TakeLast(newest).Select(Event).ToList();
        return [.. Enumerable.Range(0, request.Candidates).SelectMany(c =>
        {
            var candidate = Candidate(c);
            var pooled = new double[width];
            foreach (var e in events)
            {
                var weight = module.Specs.Any(spec => spec.Name == "unit.out.weight") ? Weight(e, candidate) : 1;
                for (var i = 0; i < width; i++)
                {
                    pooled[i] += weight * e[i] / Math.Sqrt(events.Count);
                }
            }

            return Mlp("head", [.. candidate, .. User(), .. pooled]);
        })];
    }

    private double Weight(double[] e, double[] candidate)
    {
        var c = Linear("unit.candidate.in", candidate);
        return Mlp("unit", [.. e, .. c, .. e.Zip(c, (a, b) => a - b), .. e.Zip(c, (a, b) => a * b)])[0];
    }

    private double[] Event(int at) => Mlp("event",
    [
        .. Row("item.weight", user.ItemRows[at]),
        .. module.Config.Sides.SelectMany((side, s) => Row($"side.{side.Name}.weight", user.SideRows[s][at])),
        .. Row("action.weight", user.ActionRows[at]),
        .. Row("gap.weight", user.GapBuckets[at]),
    ]);

    private double[] Candidate(int c)
    {
        string[] features = ["item", .. module.Config.Sides.Select(side => side.Name)];
        const int Never = 63;
        return Mlp("candidate",
        [
            .. Row("item.weight", request.ItemRows[c]),
            .. module.Config.Sides.SelectMany((side, s) => Row($"side.{side.Name}.weight", request.SideRows[s][c])),
            .. features.SelectMany((name, f) => Row($"cross.{name}_count.weight", module.UsesCrossFeatures ? request.Cross[2 * f][c] : 0)
                .Concat(Row($"cross.{name}_age.weight", module.UsesCrossFeatures ? request.Cross[(2 * f) + 1][c] : Never))),
        ]);
    }

    private double[] User()
    {
        var token = Row("user.weight", user.UserRow);
        for (var p = 0; p < user.ProfileRows.Length; p++)
        {
            token = [.. token.Zip(Row($"profile.{module.Config.Profile[p].Name}.weight", user.ProfileRows[p]), (a, b) => a + b)];
        }

        return token;
    }

    private double[] Mlp(string name, double[] x) => Linear($"{name}.out", [.. Linear($"{name}.in", x).Select(Gelu)]);

    private double[] Linear(string name, double[] x)
    {
        float[] weights = module[$"{name}.weight"].Floats().ToArray(), bias = module[$"{name}.bias"].Floats().ToArray();
        Assert.Equal(weights.Length, bias.Length * x.Length);
        return [.. bias.Select((b, row) => b + x.Select((value, column) => value * weights[(row * x.Length) + column]).Sum())];
    }

    private double[] Row(string table, int row)
    {
        var width = (int)module[table].shape[1];
        return [.. module[table].Floats().Slice(row * width, width).ToArray().Select(value => (double)value)];
    }

    // x/2 (1 + erf(x / sqrt 2)); erf by its series, which converges everywhere.
    private static double Gelu(double x)
    {
        var z = x / Math.Sqrt(2);
        if (Math.Abs(z) > 6)
        {
            return x > 0 ? x : 0;
        }

        var (term, sum) = (z, z);
        for (var n = 1; n < 200; n++)
        {
            term *= -z * z / n;
            sum += term / ((2 * n) + 1);
        }

        return x / 2 * (1 + (2 / Math.Sqrt(Math.PI) * sum));
    }
}
